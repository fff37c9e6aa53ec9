import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AptHost, installPackages, removeLeftPolicy } from '../../lab/host/apt';
import { identify } from '../../lab/host/process-identity';

describe('an installation by apt', () => {
  let folder: string;
  let policyFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lab-apt-'));
    policyFile = join(folder, 'policy-rc.d');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A host whose apt-get does what `install` does, on a set of enabled services. */
  function host(services: Set<string>, install: () => boolean): AptHost & { commands: string[] } {
    const commands: string[] = [];
    return {
      commands,
      policyFile,
      run: async (command, args) => {
        commands.push([command, ...args].join(' '));
        const succeeded = args[0] === 'update' || install();
        return { succeeded, output: succeeded ? '' : 'Reading lists\nE: Unable to locate package nginx\n' };
      },
      enabledServices: () => [...services],
      remove: (path) => void services.delete(path),
    };
  }

  test('forbids starts for its duration only', async () => {
    let policy = '';
    const apt = host(new Set(), () => {
      policy = readFileSync(policyFile, 'utf8');
      expect(statSync(policyFile).mode & 0o111).toBe(0o111);
      return true;
    });
    await installPackages(['nginx'], apt);
    expect(policy).toContain('exit 101');
    expect(existsSync(policyFile)).toBe(false);
  });

  test("leaves the host's own policy as it is", async () => {
    writeFileSync(policyFile, '#!/bin/sh\nexit 0\n');
    chmodSync(policyFile, 0o700);
    await installPackages(
      ['nginx'],
      host(new Set(), () => true),
    );
    expect(readFileSync(policyFile, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(statSync(policyFile).mode & 0o777).toBe(0o700);
  });

  test.each([
    ['is gone', { pid: process.pid, startTime: 'of an earlier life' }, false],
    ['still installs', identify(process.pid), true],
  ])('a policy whose installation %s is judged by that', async (_, by, stays) => {
    writeFileSync(policyFile, `#!/bin/sh\n# autoscaled-service: ${JSON.stringify(by)}\nexit 101\n`);
    await installPackages(
      ['nginx'],
      host(new Set(), () => true),
    );
    expect(existsSync(policyFile)).toBe(stays);
  });

  test('a policy that was left in the middle of an installation is known by the next one', async () => {
    let left = '';
    const apt = host(new Set(), () => {
      left = readFileSync(policyFile, 'utf8');
      return true;
    });
    await installPackages(['nginx'], apt);
    writeFileSync(policyFile, left.replace(`"pid":${process.pid}`, '"pid":4194304'));
    removeLeftPolicy(apt);
    expect(existsSync(policyFile)).toBe(false);
  });

  test('disables what the packages enabled, and nothing that was enabled before', async () => {
    const services = new Set(['/etc/rc3.d/S01cron']);
    const apt = host(services, () => {
      services.add('/etc/systemd/system/multi-user.target.wants/nginx.service');
      return true;
    });
    await installPackages(['nginx'], apt);
    expect([...services]).toEqual(['/etc/rc3.d/S01cron']);
  });

  test('refreshes the package lists once when the first try fails', async () => {
    let tries = 0;
    const apt = host(new Set(), () => ++tries > 1);
    await installPackages(['nginx'], apt);
    expect(apt.commands.map((command) => command.split(' ')[1])).toEqual(['install', 'update', 'install']);
  });

  test("fails with apt's reason, and takes its policy away all the same", async () => {
    await expect(
      installPackages(
        ['nginx'],
        host(new Set(), () => false),
      ),
    ).rejects.toMatchObject({
      code: 'InstallationFailed',
      message: expect.stringContaining('E: Unable to locate package nginx'),
    });
    expect(existsSync(policyFile)).toBe(false);
  });
});
