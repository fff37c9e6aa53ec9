/**
 * The units as systemd itself judges them: on this host, and on the systemd of Ubuntu 24.04. The first is Debian 12's
 * 252 on a Debian 12 host; what the second is, its test says.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findExecutable } from '../../lab/host/executables';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { ensureTools } from '../../lab/host/tools';
import { RootFileSystems } from '../../lab/images/root-file-systems';
import { testFolders } from '../../scripts/test-folders';
import { repository } from '../support/lab-fixture';
import { rootOnLinux } from '../support/needing';

const folder = testFolders.make('units');
const allowed = join(folder, 'allowed');
const denied = join(folder, 'denied');
afterAll(() => testFolders.remove(folder));

const units = join(repository, 'runtime', 'systemd');
/** Of ours, those that systemd can look at by themselves; instances of templates for the templates. */
const names = readdirSync(join(units, 'system'), { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name.replace('@.', '@1.'))
  .concat('koa-activate.service', 'nginx.service');

/** Ours to be trusted less or more; a figure is at most what the issue of the boot asks for. */
const limits: readonly (readonly [unit: string, limit: number])[] = [
  ['koa@1.service', 1.4],
  ['nginx.service', 2.6],
  ['koa-spot-notice.service', 1.4],
  ['koa-journal.service', 2.6],
  ['koa-logrotate.service', 2.6],
];

/** The service's part of a root file system: units, and the programs that they name. */
beforeAll(() => {
  for (const root of [allowed, denied]) {
    cpSync(join(units, 'system'), join(root, 'etc/systemd/system'), { recursive: true });
    cpSync(
      join(repository, 'runtime/boot/koa-activate.service'),
      join(root, 'etc/systemd/system/koa-activate.service'),
    );
    for (const program of [
      'opt/koa/current/node',
      'usr/local/lib/koa/activate',
      'usr/sbin/nginx',
      'usr/sbin/logrotate',
    ]) {
      put(join(root, program), '', 0o755);
    }
    cpSync(join(repository, 'runtime/bin'), join(root, 'opt/koa/current/bin'), { recursive: true });
    // As Debian and Ubuntu package it, in what our drop-in overrides.
    put(join(root, 'etc/systemd/system/nginx.service'), packagedNginx);
  }
  put(
    join(denied, 'etc/systemd/system/koa@.service.d/outbound-denied.conf'),
    execFileSync('cat', [join(units, 'outbound-denied.conf')], { encoding: 'utf8' }),
  );
});

const packagedNginx = `[Unit]
Description=A high performance web server and a reverse proxy server
After=network-online.target remote-fs.target nss-lookup.target
Wants=network-online.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStartPre=/usr/sbin/nginx -t -q -g 'daemon on; master_process on;'
ExecStart=/usr/sbin/nginx -g 'daemon on; master_process on;'
ExecReload=/usr/sbin/nginx -g 'daemon on; master_process on;' -s reload
ExecStop=-/sbin/start-stop-daemon --quiet --stop --retry QUIT/5 --pidfile /run/nginx.pid
TimeoutStopSec=5
KillMode=mixed

[Install]
WantedBy=multi-user.target
`;

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

/** Runs systemd-analyze of one version on one of the roots. */
type Analyze = (
  root: string,
  ...args: string[]
) => { readonly status: number | null; readonly output: string };

/** In a root of ours, since this host may have units of its own. */
const onThisHost: Analyze = (root, ...args) => {
  return run('systemd-analyze', [`--root=${root}`, ...args]);
};

function run(command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' },
  });
  // What systemd-nspawn says of itself where /run is no file system of its own.
  const said = stderr.replace(/^Attempted to remove disk file system under .*\n/gm, '');
  return { status, output: `${stdout}${said}` };
}

function exposure({ output }: { readonly output: string }): number {
  const figure = /Overall exposure level for \S+: ([\d.]+)/.exec(output)?.[1];
  if (figure === undefined) throw new Error(`systemd-analyze gave no figure: ${output}`);
  return Number(figure);
}

function judge(analyze: Analyze) {
  const secured = (root: string, unit: string) => exposure(analyze(root, 'security', '--offline=true', unit));

  test.each(limits)('%s is exposed by at most %d', (unit, limit) => {
    expect(secured(allowed, unit)).toBeLessThanOrEqual(limit);
  });

  test('a worker that may not reach out is exposed by at most 0.6', () => {
    expect(secured(denied, 'koa@1.service')).toBeLessThanOrEqual(0.6);
  });

  test('verify has nothing to say', () => {
    for (const root of [allowed, denied]) {
      expect(analyze(root, 'verify', '--man=no', ...names)).toEqual({ status: 0, output: '' });
    }
  });
}

rootOnLinux.describe('systemd of this host', () => {
  beforeAll(() => {
    for (const root of [allowed, denied]) {
      // The targets and slices that ours refer to, and the programs that every system has.
      cpSync('/usr/lib/systemd/system', join(root, 'usr/lib/systemd/system'), {
        recursive: true,
        verbatimSymlinks: true,
      });
      for (const program of ['usr/bin/journalctl', 'usr/bin/stdbuf', 'bin/ln', 'bin/kill'])
        put(join(root, program), '', 0o755);
    }
  });

  judge(onThisHost);
});

rootOnLinux.describe('systemd 255, in Ubuntu 24.04', () => {
  let ubuntu: string;
  const analyze: Analyze = (root, ...args) => {
    const binds = [
      'etc/systemd/system',
      'opt/koa',
      'usr/local/lib/koa',
      'usr/sbin/nginx',
      'usr/sbin/logrotate',
    ];
    return run(findExecutable('systemd-nspawn') ?? 'systemd-nspawn', [
      ...[
        '--quiet',
        '--register=no',
        '--keep-unit',
        '--private-network',
        '--volatile=overlay',
        '--pipe',
        `--machine=units-${process.pid}`,
      ],
      ...[`--directory=${ubuntu}`, ...binds.map((path) => `--bind-ro=${join(root, path)}:/${path}`)],
      ...['--setenv=SYSTEMD_COLORS=0', 'systemd-analyze', ...args],
    ]);
  };

  beforeAll(async () => {
    await ensureTools({});
    const processes = new Processes(processRecord(folder));
    const images = new RootFileSystems({
      processes,
      directory: join(repository, '.lab', 'images'),
      emit: () => {},
    });
    ubuntu = await images.ensure('ubuntu-24.04', process.arch === 'arm64' ? 'arm64' : 'amd64');
  }, 600_000);

  test('it is that version', () => {
    expect(analyze(allowed, '--version').output).toMatch(/^systemd 255 /);
  });

  judge(analyze);
});
