/** What `install` makes, against a fake AWS and fake packages; how it goes on, and how it gives up. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BootFixture } from '../support/boot-fixture';
import { eventually } from '../support/lab-fixture';

// Each runs some dozens of programs.
jest.setTimeout(60_000);

let instance: BootFixture;
beforeEach(async () => {
  instance = await BootFixture.start();
});
afterEach(() => instance.stop());

describe('install', () => {
  test('makes what an image can hold, and run again it asks nobody', async () => {
    const first = await instance.run(['install']);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(instance.list('opt/koa/releases')).toEqual([instance.releaseSha256]);
    expect(instance.list(`opt/koa/node/${instance.nodeSha256}`)).toEqual(['bin']);
    expect(instance.has('etc/systemd/system/koa@.service')).toBe(true);
    expect(instance.calls()).toContain('systemctl enable --quiet --no-reload koa-activate.service');
    expect(instance.calls()).toContain('systemctl disable --quiet --no-reload nginx.service');
    expect(first.output).toContain('koa-boot: installed\n');
    instance.forget();
    expect(await instance.run(['install'])).toEqual({ exitCode: 0, output: '' });
    expect(instance.calls()).toEqual([]);
    expect(instance.aws.asked).toEqual([]);
  });

  test('package scripts may not start a service meanwhile, and may again afterwards', async () => {
    await instance.run(['install']);
    expect(instance.read('state/policy')).toContain('exit 101');
    expect(instance.has('usr/sbin/policy-rc.d')).toBe(false);
  });

  test("packages come from the image's own archives, from the part that has them", async () => {
    instance.write(
      'etc/apt/sources.list.d/ubuntu.sources',
      'Types: deb\nURIs: http://a.example/universe/\nSuites: noble noble-updates noble-backports\nComponents: main universe restricted multiverse\n',
    );
    instance.write(
      'etc/apt/sources.list',
      'deb http://b.example/debian bookworm main universe\ndeb http://b.example/debian bookworm universe\ndeb http://b.example/debian bookworm-backports main\n',
    );
    await instance.run(['install']);
    expect(instance.read('state/sources/ubuntu.sources')).toBe(
      'Types: deb\nURIs: http://a.example/universe/\nSuites: noble noble-updates\nComponents: main\n',
    );
    expect(instance.read('state/sources/main.list')).toBe('deb http://b.example/debian bookworm main\n');
  });

  test('cut off half way it goes on, and leaves nothing half made', async () => {
    instance.write('state/apt-hangs', '');
    const cut = instance.run(['install']);
    await eventually('apt runs', () => instance.has('state/apt-is-there'));
    await eventually('Node is there', () => instance.has(`opt/koa/node/${instance.nodeSha256}`));
    process.kill(-(instance.lastPid ?? 0), 'SIGKILL');
    await cut;
    expect(instance.has('var/lib/koa/installed')).toBe(false);
    // What a kill in the middle of an unpacking would leave.
    instance.write('opt/koa/releases/.half/app.cjs', '');
    instance.program('apt-get', 'touch "$STATE/installed"');
    expect(await instance.run(['install'])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(instance.root, 'opt/koa/releases'))).toEqual([instance.releaseSha256]);
    expect(instance.list('run/koa')).toEqual(['lock']);
    expect(instance.has('usr/sbin/policy-rc.d')).toBe(false);
  });

  test('an archive out of reach is tried again, then the launch is given up with the reason', async () => {
    instance.write(
      'state/apt-fails',
      'Hit:1 x\nE: Failed to fetch http://archive.example/x  Connection failed\n',
    );
    const ended = await instance.run(['install'], { RETRY_SECONDS: '1' });
    expect(ended.exitCode).toBe(1);
    expect(ended.output).toContain(
      'koa-boot: failed: the packages: E: Failed to fetch http://archive.example/x  Connection failed; gave up after 1 s\n',
    );
    expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    expect(instance.has('var/lib/koa/installed')).toBe(false);
  });

  test('an agent that can not be had is a warning', async () => {
    instance.program('systemctl', '');
    instance.program('dpkg', 'echo amd64');
    instance.program(
      'curl',
      `[[ $* != *amazon-ssm* ]] || { echo 'curl: no way' >&2; exit 6; }; exec /usr/bin/curl "$@"`,
    );
    const ended = await instance.run(['install']);
    expect(ended.exitCode).toBe(0);
    expect(ended.output).toMatch(
      /koa-boot: https:\/\/s3\.eu-central-1\.amazonaws\.com\/amazon-ssm-eu-central-1\/latest\/debian_amd64\/amazon-ssm-agent\.deb could not be fetched: curl: no way\n/,
    );
    expect(ended.output).toContain('koa-boot: warning: the service goes without the agent named above\n');
  });
});
