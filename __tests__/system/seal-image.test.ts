/** What `seal-image` takes away and what it leaves, on a folder in place of a machine. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { verdictOf } from '../../bake/verdict';

let root: string;
let calls: string;

const path = (file: string) => join(root, file);
const put = (file: string, text = 'x') => {
  mkdirSync(dirname(path(file)), { recursive: true });
  writeFileSync(path(file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'seal-'));
  calls = path('calls');
  // What would act on this host is a program that only says that it was called.
  for (const program of ['systemctl', 'apt-get', 'cloud-init', 'sync']) {
    put(`bin/${program}`, `#!/bin/sh\necho "${program} $*" >>"${calls}"\n`);
    chmodSync(path(`bin/${program}`), 0o755);
  }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function seal() {
  return promisify(execFile)(resolve('runtime/bin/seal-image'), {
    env: { ROOT: root, PATH: `${path('bin')}:/usr/bin:/bin` },
  });
}

const called = () => readFileSync(calls, 'utf8').trim().split('\n');

test.each([
  'etc/koa/environment',
  'etc/koa/settings',
  'etc/ssh/ssh_host_ed25519_key',
  'etc/ssh/ssh_host_ed25519_key.pub',
  'root/.ssh/authorized_keys',
  'home/ubuntu/.ssh/authorized_keys',
  'var/lib/amazon/ssm/Vault/Store/RegistrationKey',
  'var/lib/systemd/random-seed',
  'var/log/journal/0123456789abcdef/system.journal',
  'var/lib/apt/lists/archive.ubuntu.com_ubuntu_dists_noble_InRelease',
])('%s is one machine and no image', async (file) => {
  put(file);
  put('etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  await seal();
  expect(existsSync(path(file))).toBe(false);
});

test.each([
  'var/lib/koa/installed',
  'opt/koa/releases/0a/app.cjs',
  'usr/local/lib/koa/activate',
  'etc/ssh/sshd_config',
])('%s stays', async (file) => {
  put(file);
  put('etc/machine-id');
  await seal();
  expect(existsSync(path(file))).toBe(true);
});

test('the machine id is there and empty, so that the next boot is no first one', async () => {
  put('etc/machine-id', '0123456789abcdef0123456789abcdef\n');
  await seal();
  expect(readFileSync(path('etc/machine-id'), 'utf8')).toBe('');
});

test('it says that it is done, and powers the machine off last', async () => {
  put('etc/machine-id');
  const { stderr } = await seal();
  expect(verdictOf(stderr)).toEqual({ baked: true });
  expect(called().slice(-3)).toEqual(['cloud-init clean --logs', 'sync ', 'systemctl --no-block poweroff']);
});

test('what fails is said, and the machine powers off all the same', async () => {
  put('etc/machine-id');
  put('bin/cloud-init', '#!/bin/sh\nexit 3\n');
  const { stderr } = await seal().catch((error: { stderr: string }) => error);
  expect(verdictOf(stderr)).toEqual({
    baked: false,
    reason: expect.stringMatching(/^cloud-init clean --logs \(seal-image line \d+\)$/),
  });
  expect(called().at(-1)).toBe('systemctl --no-block poweroff');
});
