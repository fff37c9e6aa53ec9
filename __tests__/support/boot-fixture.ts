/**
 * An instance as far as the boot programs see one: a root folder of its own, a fake AWS, and in place of systemd, apt
 * and dpkg small programs that write down what they were asked. curl, tar and bash are the real ones.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { extract } from 'tar';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { testFolders } from '../../scripts/test-folders';
import { nodeArchive, releaseArchive } from './boot-archives';
import { type Asked, FakeAws } from './fake-aws';

const repository = resolve(__dirname, '..', '..');

export interface Ended {
  readonly exitCode: number | null;
  /** Standard output and error, as they come on the console. */
  readonly output: string;
}

/** What the scripts call instead of the real thing; `$STATE` is a folder for it. */
const programs: Readonly<Record<string, string>> = {
  systemctl: `
case $1 in
  start | restart)
    for unit; do
      [[ $unit == koa@*.service ]] || continue
      worker=$ROOT/run/koa/worker-\${unit//[^0-9]/}
      rm -rf "$worker" && mkdir -p "$worker"
      grep -qE 'broken|slow' "$ROOT/opt/koa/current/app.cjs" || touch "$worker/ready"
    done
    touch "$STATE/active" ;;
  is-active) [[ -e $STATE/active ]] ;;
  show)
    [[ $* != *--value* ]] || { echo 0 && exit; }
    grep -q broken "$ROOT/opt/koa/current/app.cjs" || { printf '%s\\n' NRestarts=0 SubState=running && exit; }
    # A broken app ends again and again.
    echo . >>"$STATE/shown" && printf '%s\\n' "NRestarts=$(wc -l <"$STATE/shown")" SubState=auto-restart
    cat "$STATE/ended" ;;
  list-unit-files) echo 'amazon-ssm-agent.service enabled' ;;
esac`,
  journalctl: 'echo "the last words of $*"',
  'dpkg-query': '[[ ! -e $STATE/installed ]] || printf "installed\\n%.0s" 1 2 3',
  dpkg: '',
  'apt-get': `
[[ ! -e $STATE/apt-hangs ]] || { touch "$STATE/apt-is-there" && sleep 60; }
[[ ! -e $STATE/apt-fails ]] || { cat "$STATE/apt-fails" && exit 100; }
cat "$ROOT/usr/sbin/policy-rc.d" >"$STATE/policy"
[[ $* != *install* ]] || touch "$STATE/installed"
for argument; do [[ $argument != Dir::Etc::SourceParts=* ]] || cp -r "\${argument#*=}/." "$STATE/sources"; done`,
  getent: '[[ -e $STATE/user ]]',
  useradd: 'touch "$STATE/user"',
};

export class BootFixture {
  readonly root = testFolders.make('instance');
  readonly state = join(this.root, 'state');
  readonly aws: FakeAws;
  /** Of what the settings name. */
  readonly releaseSha256: string;
  readonly nodeSha256: string;
  #address = '';
  readonly #processes = new Processes(processRecord(this.root));

  readonly #app: Buffer;
  readonly #node: Buffer;

  private constructor(app: Buffer, node: Buffer, parameters: Readonly<Record<string, string>>) {
    this.#app = app;
    this.#node = node;
    this.releaseSha256 = sha256(app);
    this.nodeSha256 = sha256(node);
    this.aws = new FakeAws({
      objects: {
        '/releases-bucket/releases/app.tar.gz?versionId=v1': app,
        '/releases-bucket/releases/app.tar.gz': app,
        '/releases-bucket/releases/node.tgz?versionId=a%2Fb%2Bc': node,
      },
      parameters,
    });
  }

  static async start(parameters: Readonly<Record<string, string>> = {}): Promise<BootFixture> {
    const fixture = new BootFixture(await releaseArchive(), await nodeArchive(), parameters);
    fixture.#address = await fixture.aws.listen();
    for (const folder of ['etc/koa', 'usr/sbin', 'etc/apt', 'bin', 'state/sources']) {
      mkdirSync(join(fixture.root, folder), { recursive: true });
    }
    for (const [name, body] of Object.entries(programs)) fixture.program(name, body);
    // The real one, once its arguments are written down.
    fixture.program('curl', `exec ${await realCurl()} "$@"`);
    fixture.ended({ code: 1, status: 1 });
    fixture.answer(() => undefined);
    fixture.settings({});
    return fixture;
  }

  /** Puts a program before all others on PATH. Its name and arguments are written down first. */
  program(name: string, body: string): void {
    const path = join(this.root, 'bin', name);
    writeFileSync(path, `#!/usr/bin/env bash\necho "${name} $*" >>"$STATE/calls"\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** How a broken app ends, as systemd says it. @param code of waitid(2) */
  ended({ code, status }: { readonly code: number; readonly status: number }): void {
    this.write('state/ended', `ExecMainCode=${code}\nExecMainStatus=${status}\n`);
  }

  /** Answers in place of the fake AWS; /readyz is nginx's. */
  answer(instead: (asked: Asked) => ReturnType<FakeAws['instead']>): void {
    this.aws.instead = (asked) => (asked.url === '/readyz' ? { status: 200 } : instead(asked));
  }

  askedOf(service: string): readonly Asked[] {
    return this.aws.asked.filter((asked) => asked.service === service);
  }

  settings(changed: Readonly<Record<string, string>>): void {
    const settings = {
      SERVICE_NAME: 'web',
      AWS_REGION: 'eu-central-1',
      AUTO_SCALING_GROUP: 'web',
      LIFECYCLE_HOOK: 'launch',
      RELEASE_BUCKET: 'releases-bucket',
      RELEASE_KEY: 'releases/app.tar.gz',
      RELEASE_VERSION_ID: 'v1',
      RELEASE_SHA256: this.releaseSha256,
      NODE_KEY: 'releases/node.tgz',
      NODE_VERSION_ID: 'a/b+c',
      NODE_SHA256: this.nodeSha256,
      SECRETS: '',
      OUTBOUND: 'allowed',
      LOG_GROUP: '',
      ...changed,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}="${value}"\n`);
    this.write('etc/koa/settings', lines.join(''));
  }

  /** Runs a boot program to its end. `AWS_ENDPOINT_URL` and `READY_URL` lead to the fake AWS. */
  run(command: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const [program = '', ...args] = command;
    const child = spawn(join(repository, 'runtime/boot', program), args, {
      env: {
        PATH: `${join(this.root, 'bin')}:${process.env.PATH}`,
        ROOT: this.root,
        STATE: this.state,
        METADATA: this.#address,
        AWS_ENDPOINT_URL: this.#address,
        READY_URL: `${this.#address}/readyz`,
        RETRY_SECONDS: '3',
        ABANDON_SECONDS: '1',
        RETRY_PAUSE: '0.05',
        READY_SECONDS: '3',
        WORKERS: '2',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that a test can cut off all of it.
      detached: true,
    });
    this.#processes.adopt(program, child);
    this.lastPid = child.pid;
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return new Promise((done) => child.once('close', (exitCode) => done({ exitCode, output })));
  }

  lastPid: number | undefined;

  /** Leaves what install leaves. */
  installed(): void {
    const release = join('opt/koa/releases', this.releaseSha256);
    const node = join('opt/koa/node', this.nodeSha256);
    for (const [folder, archive, strip] of [
      [release, this.#app, 0],
      [node, this.#node, 1],
    ] as const) {
      mkdirSync(join(this.root, folder), { recursive: true });
      writeFileSync(join(this.root, 'archive'), archive);
      extract({ file: join(this.root, 'archive'), cwd: join(this.root, folder), strip, sync: true });
    }
    symlinkSync(join('../../node', this.nodeSha256, 'bin/node'), join(this.root, release, 'node'));
    cpSync(join(this.root, release, 'systemd/system'), join(this.root, 'etc/systemd/system'), {
      recursive: true,
    });
    cpSync(
      join(this.root, release, 'systemd/journald.conf.d'),
      join(this.root, 'etc/systemd/journald.conf.d'),
      {
        recursive: true,
      },
    );
    this.write('var/lib/koa/installed', '');
  }

  /** Another release that is kept, as one that was active before. */
  keepRelease(name: string, app: string): void {
    const folder = join(this.root, 'opt/koa/releases', name);
    execFileSync('cp', ['-a', `${join(this.root, 'opt/koa/current')}/.`, folder]);
    writeFileSync(join(folder, 'app.cjs'), app);
  }

  /** What programs were called with since the last {@link forget}, a line each. */
  calls(): string[] {
    const path = join(this.state, 'calls');
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  }

  forget(): void {
    rmSync(join(this.state, 'calls'), { force: true });
    this.aws.asked.length = 0;
  }

  current(): string | undefined {
    const link = join(this.root, 'opt/koa/current');
    return existsSync(link) ? readlinkSync(link).replace('releases/', '') : undefined;
  }

  list(folder: string): string[] {
    return readdirSync(join(this.root, folder)).sort();
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  async stop(): Promise<void> {
    await this.aws.close();
    await this.#processes.stopAll();
    testFolders.remove(this.root);
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function realCurl(): Promise<string> {
  const child = spawn('sh', ['-c', 'command -v curl'], { stdio: ['ignore', 'pipe', 'inherit'] });
  return child.stdout
    .setEncoding('utf8')
    .toArray()
    .then((parts) => parts.join('').trim());
}
