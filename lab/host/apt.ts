/**
 * Packages by apt, without a service of the host being started or enabled: the lab wants the programs of nginx and
 * HAProxy, and runs them itself.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ServiceError } from '../../modules/service-error';
import { identify, isAlive, type ProcessIdentity } from './process-identity';

/** The host as the installation sees it; a test puts another one in its place. */
export interface AptHost {
  run(command: string, args: readonly string[]): Promise<{ succeeded: boolean; output: string }>;
  /** Asked by Debian's package scripts before they start a service. */
  readonly policyFile: string;
  /** Names of the links and units in systemd's and SysV's folders that start something at boot. */
  enabledServices(): readonly string[];
  remove(path: string): void;
}

/**
 * Debian's package scripts ask this program before they start a service; 101 forbids it.
 * https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt
 */
function forbidStarts(): string {
  const by = JSON.stringify(identify(process.pid));
  return `#!/bin/sh\n# Forbids starts of services while packages are installed.\n${mark}${by}\nexit 101\n`;
}

/** What follows it names the process that wrote the policy. */
const mark = '# autoscaled-service: ';

/** Of an installation that was killed. It would go on forbidding every package of the host to start its service. */
export function removeLeftPolicy({ policyFile }: Pick<AptHost, 'policyFile'>): void {
  if (!existsSync(policyFile)) return;
  const lines = readFileSync(policyFile, 'utf8').split('\n');
  const by = lines.find((line) => line.startsWith(mark))?.slice(mark.length);
  if (by !== undefined && !isAlive(JSON.parse(by) as ProcessIdentity)) rmSync(policyFile);
}

/** @throws ServiceError `InstallationFailed` with apt's reason */
export async function installPackages(packages: readonly string[], host: AptHost): Promise<void> {
  removeLeftPolicy(host);
  const before = new Set(host.enabledServices());
  // One that is there is the host's own, and not ours to overrule.
  const ours = !existsSync(host.policyFile);
  try {
    if (ours) {
      writeFileSync(host.policyFile, forbidStarts());
      chmodSync(host.policyFile, 0o755);
    }
    await install(packages, host);
  } finally {
    if (ours) rmSync(host.policyFile, { force: true });
    // What is enabled now and was not before was enabled by these packages.
    for (const path of host.enabledServices()) if (!before.has(path)) host.remove(path);
  }
}

async function install(packages: readonly string[], host: AptHost): Promise<void> {
  const args = ['install', '--yes', '--no-install-recommends', ...packages];
  const first = await host.run('apt-get', args);
  if (first.succeeded) return;
  // The lists of a fresh container are empty, those of an old one name packages that are no more.
  await host.run('apt-get', ['update']);
  const second = await host.run('apt-get', args);
  if (second.succeeded) return;
  const reason = second.output.split('\n').find((line) => line.startsWith('E: ')) ?? second.output.trim();
  throw new ServiceError('InstallationFailed', `apt-get ${args.join(' ')} failed: ${reason}`);
}

export const thisHost: AptHost = {
  policyFile: '/usr/sbin/policy-rc.d',
  run: (command, args) =>
    new Promise((resolve) => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' };
      // A group of its own: a Ctrl-C in the terminal would leave dpkg in the middle of a package.
      const options = { env, maxBuffer: 64 * 1024 * 1024, detached: true };
      execFile(command, [...args], options, (error, stdout, stderr) =>
        resolve({ succeeded: error === null, output: `${stdout}${stderr}` }),
      );
    }),
  enabledServices: () => [
    ...linksIn('/etc/systemd/system', (name) => /\.(wants|requires)$/.test(name)),
    ...linksIn('/etc', (name) => /^rc[2-5S]\.d$/.test(name)).filter((path) => /\/S[^/]*$/.test(path)),
  ],
  remove: (path) => rmSync(path, { force: true }),
};

/** What lies in those folders of `parent` whose name fits. */
function linksIn(parent: string, fits: (name: string) => boolean): string[] {
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter(fits)
    .flatMap((folder) => readdirSync(`${parent}/${folder}`).map((name) => `${parent}/${folder}/${name}`));
}
