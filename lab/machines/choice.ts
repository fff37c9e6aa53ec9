/** Which kind of machines a lab has: what was asked for, and what this host can do. */
import { ServiceError } from '../../modules/service-error';

export const machineKinds = ['booted', 'process'] as const;
export type MachineKind = (typeof machineKinds)[number];

export interface Choice {
  readonly kind: MachineKind;
  /** Why machines don't boot although nobody asked them not to. */
  readonly reason?: string;
}

export interface Host {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** As Debian names it; undefined for one that no instance has. */
  readonly architecture: 'amd64' | 'arm64' | undefined;
}

/**
 * @param architecture of the instances
 * @throws ServiceError `BootedMachinesUnavailable` where machines are asked to boot and can't
 */
export function chooseMachines(
  asked: MachineKind | undefined,
  host: Host,
  architecture: 'amd64' | 'arm64',
): Choice {
  if (asked === 'process') return { kind: 'process' };
  const reason = obstacle(host, architecture);
  return reason === undefined ? { kind: 'booted' } : withoutBoot(asked, reason);
}

/** For what shows only when it is tried. @throws ServiceError `BootedMachinesUnavailable` */
export function withoutBoot(asked: MachineKind | undefined, reason: string): Choice {
  if (asked !== 'booted') return { kind: 'process', reason };
  throw new ServiceError(
    'BootedMachinesUnavailable',
    `Machines can't boot on this host: ${reason}. Leave --machines booted out, or say --machines process`,
  );
}

function obstacle(host: Host, architecture: 'amd64' | 'arm64'): string | undefined {
  if (host.platform !== 'linux') return 'containers of systemd need Linux';
  if (!host.isRoot) return 'containers of systemd need root';
  if (host.architecture !== architecture) {
    return `the instance type is ${architecture} and this host isn't; name one of the host's architecture`;
  }
  return undefined;
}

export function thisHost(): Host {
  const architecture = { x64: 'amd64', arm64: 'arm64' } as const;
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    architecture: architecture[process.arch as keyof typeof architecture],
  };
}
