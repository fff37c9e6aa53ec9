import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { labFiles, mmdebstrapArguments, recipeOf } from '../../lab/images/recipes';

test.each(['ubuntu-24.04', 'debian-12'] as const)(
  '%s is stock: what the boot installs is not in it',
  (os) => {
    const { packages } = recipeOf(os, 'amd64');
    expect(packages).toEqual(
      expect.arrayContaining(['systemd', 'cloud-init', 'curl', 'locales', 'lsb-release']),
    );
    for (const absent of ['nginx', 'sysstat', 'nodejs', 'amazon-ssm-agent'])
      expect(packages).not.toContain(absent);
  },
);

test('the keys of the Ubuntu archive are those that its package brings', () => {
  const { keyring } = recipeOf('ubuntu-24.04', 'amd64');
  const digest = createHash('sha256')
    .update(readFileSync(keyring ?? ''))
    .digest('hex');
  expect(digest).toBe('80a36b0a6de2f69f49d2df75ef473ccde121e9e190b9ea01d20a4f63778d5c31');
});

test.each([
  ['ubuntu-24.04', 'amd64', 'http://archive.ubuntu.com/ubuntu noble '],
  ['ubuntu-24.04', 'arm64', 'http://ports.ubuntu.com/ubuntu-ports noble '],
  ['debian-12', 'arm64', 'http://deb.debian.org/debian bookworm '],
] as const)('%s for %s comes from %s', (os, architecture, source) => {
  const command = mmdebstrapArguments(recipeOf(os, architecture), architecture, '/root');
  expect(command).toContain(`--architectures=${architecture}`);
  expect(command.find((argument) => argument.startsWith('deb '))).toContain(source);
});

test('what a unit can do on an instance and not in a container is said in the root file system, not in the unit', () => {
  const dropIn = labFiles('debian-12').get('etc/systemd/system/koa-journal.service.d/lab.conf');
  expect(dropIn).toBe('[Service]\nProtectKernelTunables=no\n');
  expect(readFileSync('runtime/systemd/system/koa-journal.service', 'utf8')).toContain(
    'ProtectKernelTunables=yes',
  );
});

test("Ubuntu's root file system has a stand-in for the agent that its cloud image brings; Debian's has none", () => {
  const units = (os: Parameters<typeof labFiles>[0]) =>
    [...labFiles(os).keys()].filter((path) => path.endsWith('.service'));
  expect(units('ubuntu-24.04')).toEqual([
    'etc/systemd/system/snap.amazon-ssm-agent.amazon-ssm-agent.service',
  ]);
  expect(units('debian-12')).toEqual([]);
});
