/** What a rehearsal needs of the host, what is missing of it, and which one command puts that right. */

export type Tool = 'node' | 'terraform' | 'python3' | 'nginx' | 'haproxy' | 'ab' | BootTool;

/** Needed where machines boot, and there alone. */
export type BootTool = 'systemd-nspawn' | 'mmdebstrap' | 'ip';

export const bootTools: readonly BootTool[] = ['systemd-nspawn', 'mmdebstrap', 'ip'];

/** How packages get onto this host. */
export type PackageManager = 'apt' | 'dnf' | 'brew' | 'none';

export interface HostFindings {
  /** Such as `20.20.2`. */
  readonly nodeVersion: string;
  /** Found programs, Terraform or OpenTofu alike under `terraform`. */
  readonly found: ReadonlySet<Tool>;
  /** Such as `3.11`; undefined without Python. */
  readonly pythonVersion?: string;
  /** Whether Python can make virtual environments. */
  readonly pythonHasVenv: boolean;
  readonly packageManager: PackageManager;
  readonly isRoot: boolean;
}

export interface MissingTools {
  /** A sentence each. */
  readonly problems: readonly string[];
  /** Packages that the package manager has; empty when nothing of it is missing. */
  readonly packages: readonly string[];
  /** The lab may install the packages itself. */
  readonly installable: boolean;
  /** What the user has to run. Empty when the lab can help itself. */
  readonly commands: readonly string[];
}

export const minimumNode = 20;
/** moto's own requirement. */
export const minimumPython = [3, 10] as const;

type Packages = Readonly<
  Record<'python' | 'venv' | 'nginx' | 'haproxy' | 'ab' | BootTool, readonly string[]>
>;

const packagesOf: Readonly<Record<Exclude<PackageManager, 'none'>, Packages>> = {
  apt: {
    python: ['python3', 'python3-venv'],
    venv: ['python3-venv'],
    nginx: ['nginx'],
    haproxy: ['haproxy'],
    ab: ['apache2-utils'],
    'systemd-nspawn': ['systemd-container'],
    // On Ubuntu, Debian's keys are a package of their own.
    mmdebstrap: ['mmdebstrap', 'debian-archive-keyring'],
    ip: ['iproute2'],
  },
  // Fedora's python3 brings venv, macOS ships ab.
  dnf: {
    python: ['python3'],
    venv: ['python3'],
    nginx: ['nginx'],
    haproxy: ['haproxy'],
    ab: ['httpd-tools'],
    'systemd-nspawn': ['systemd-container'],
    mmdebstrap: ['mmdebstrap', 'debian-keyring'],
    ip: ['iproute'],
  },
  brew: {
    python: ['python3'],
    venv: ['python3'],
    nginx: ['nginx'],
    haproxy: ['haproxy'],
    ab: ['httpd'],
    // macOS has no containers of Linux: machines don't boot there, and none of these is asked for.
    'systemd-nspawn': [],
    mmdebstrap: [],
    ip: [],
  },
};

const terraformSite = 'https://developer.hashicorp.com/terraform/install';

/** @param boots whether machines are to boot */
export function missingTools(host: HostFindings, boots = false): MissingTools {
  const problems: string[] = [];
  const wanted: (keyof Packages)[] = [];
  const byHand: string[] = [];

  if (Number(host.nodeVersion.split('.')[0]) < minimumNode) {
    problems.push(`Node is ${host.nodeVersion}, ${minimumNode} or newer is needed`);
    byHand.push(`install Node ${minimumNode} or newer: https://nodejs.org/en/download`);
  }
  if (!host.found.has('terraform')) {
    problems.push('neither terraform nor tofu is on PATH');
    byHand.push(installTerraform(host.packageManager));
  }
  if (!host.found.has('python3') || host.pythonVersion === undefined) {
    problems.push('python3 is missing');
    wanted.push('python');
  } else if (isOlder(host.pythonVersion, minimumPython)) {
    const minimum = minimumPython.join('.');
    problems.push(`python3 is ${host.pythonVersion}, ${minimum} or newer is needed`);
    byHand.push(
      `install Python ${minimum} or newer and put it first on PATH: https://www.python.org/downloads/`,
    );
  } else if (!host.pythonHasVenv) {
    problems.push('python3 has no venv module');
    wanted.push('venv');
  }
  for (const [tool, purpose] of [
    ['nginx', 'the reverse proxy of an instance'],
    ['haproxy', "the load balancer's data plane"],
    ['ab', 'the load'],
    ['systemd-nspawn', 'machines that boot'],
    ['mmdebstrap', 'their root file systems'],
    ['ip', 'their network'],
  ] as const) {
    if (host.found.has(tool) || (!boots && isBootTool(tool))) continue;
    problems.push(`${tool} is missing (${purpose})`);
    wanted.push(tool);
  }

  const { packageManager } = host;
  if (packageManager === 'none') {
    const names = wanted.join(', ');
    const command = names === '' ? [] : [`install with your system's package manager: ${names}`];
    return { problems, packages: [], installable: false, commands: [...byHand, ...command] };
  }
  const packages = [...new Set(wanted.flatMap((name) => packagesOf[packageManager][name]))];
  const installable = packageManager === 'apt' && host.isRoot;
  const command =
    packages.length === 0 || installable ? [] : [installCommand(packageManager, host.isRoot, packages)];
  return {
    problems,
    packages,
    installable: installable && packages.length > 0,
    commands: [...byHand, ...command],
  };
}

function isBootTool(tool: Tool): tool is BootTool {
  return (bootTools as readonly Tool[]).includes(tool);
}

function installCommand(
  packageManager: Exclude<PackageManager, 'none'>,
  isRoot: boolean,
  packages: readonly string[],
): string {
  const names = packages.join(' ');
  if (packageManager === 'brew') return `brew install ${names}`;
  const asRoot = isRoot ? '' : 'sudo ';
  return packageManager === 'dnf'
    ? `${asRoot}dnf install ${names}`
    : `${asRoot}apt-get install --no-install-recommends ${names}`;
}

/** HashiCorp's own repositories hold it; the distributions don't. */
function installTerraform(packageManager: PackageManager): string {
  return packageManager === 'brew'
    ? 'brew install hashicorp/tap/terraform'
    : `install Terraform (${terraformSite}) or OpenTofu (https://opentofu.org/docs/intro/install/)`;
}

function isOlder(version: string, minimum: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  const difference = minimum.map((part, index) => (parts[index] ?? 0) - part).find((part) => part !== 0);
  return (difference ?? 0) < 0;
}
