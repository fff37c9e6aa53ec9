/**
 * What the root file system of each operating system is made of: no more than its cloud image has, and of that what an
 * instance needs to boot, to run its user data and to be looked at. Above all no nginx: installing it is what the boot
 * is for.
 */
import { join } from 'node:path';

export type OperatingSystem = 'ubuntu-24.04' | 'debian-12';
/** As Debian's archive writes it. */
export type Architecture = 'amd64' | 'arm64';

export interface Recipe {
  /** Such as `Ubuntu 24.04`. */
  readonly title: string;
  readonly suite: string;
  /** Lines of sources.list. */
  readonly sources: readonly string[];
  /** The archive's keys; those that the host's own packages bring unless set. */
  readonly keyring?: string;
  readonly packages: readonly string[];
}

/** In both cloud images. */
const common = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'libpam-systemd', 'dbus', 'udev'],
  ...['cloud-init', 'curl', 'ca-certificates', 'openssl', 'gpg', 'xz-utils', 'sudo', 'logrotate', 'less'],
  // Without these two, cloud-init's configuration stage fails.
  ...['locales', 'lsb-release'],
  ...['iproute2', 'netbase', 'procps', 'kmod', 'tzdata'],
];

/**
 * From the Ubuntu archive, pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb, whose SHA-256 is
 * 36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8. Debian has no package of it.
 */
const ubuntuKeyring = join(__dirname, 'ubuntu-archive-keyring.gpg');

export function recipeOf(os: OperatingSystem, architecture: Architecture): Recipe {
  return os === 'ubuntu-24.04' ? ubuntu(architecture) : debian();
}

function ubuntu(architecture: Architecture): Recipe {
  const components = 'main universe restricted multiverse';
  // The main archive has Intel's and AMD's architectures only.
  const [archive, security] =
    architecture === 'amd64'
      ? ['http://archive.ubuntu.com/ubuntu', 'http://security.ubuntu.com/ubuntu']
      : ['http://ports.ubuntu.com/ubuntu-ports', 'http://ports.ubuntu.com/ubuntu-ports'];
  return {
    title: 'Ubuntu 24.04',
    suite: 'noble',
    sources: [
      `deb ${archive} noble ${components}`,
      `deb ${archive} noble-updates ${components}`,
      `deb ${security} noble-security ${components}`,
    ],
    keyring: ubuntuKeyring,
    packages: common,
  };
}

function debian(): Recipe {
  return {
    title: 'Debian 12',
    suite: 'bookworm',
    sources: [
      'deb http://deb.debian.org/debian bookworm main',
      'deb http://deb.debian.org/debian bookworm-updates main',
      'deb http://security.debian.org/debian-security bookworm-security main',
    ],
    packages: common,
  };
}

/** mmdebstrap(1). As root, and with apt marked as the cloud images have it: recommended packages are left out. */
export function mmdebstrapArguments(recipe: Recipe, architecture: Architecture, target: string): string[] {
  return [
    ...['--mode=root', '--variant=apt', '--format=directory', `--architectures=${architecture}`],
    ...(recipe.keyring === undefined ? [] : [`--keyring=${recipe.keyring}`]),
    `--include=${recipe.packages.join(',')}`,
    ...[recipe.suite, target, ...recipe.sources],
  ];
}

/** Files that the lab adds to a root file system, by path. */
export function labFiles(os: OperatingSystem): ReadonlyMap<string, string> {
  const cloudInit = [
    'datasource_list: [NoCloud]',
    // The network is there when the container starts.
    'network: {config: disabled}',
    // The root file system has no SSH server, whose keys would be made.
    'ssh_genkeytypes: []',
    // As they are, without a question to a mirror of the region.
    'apt: {preserve_sources_list: true}',
    '',
  ];
  const files = new Map([
    ['etc/cloud/cloud.cfg.d/99-lab.cfg', cloudInit.join('\n')],
    // In a container it would hide which boot this is, by which journalctl finds its lines.
    ['etc/systemd/system/koa-journal.service.d/lab.conf', '[Service]\nProtectKernelTunables=no\n'],
  ]);
  if (os === 'ubuntu-24.04') files.set(`etc/systemd/system/${agentUnit}`, agentStandIn);
  return files;
}

/** Ubuntu's cloud image brings the SSM agent as a snap. There are no snaps here, and nobody whom it could call. */
const agentUnit = 'snap.amazon-ssm-agent.amazon-ssm-agent.service';
const agentStandIn = `[Unit]
Description=Stand-in for the SSM agent of Ubuntu's cloud image

[Service]
ExecStart=/bin/sleep infinity
`;
