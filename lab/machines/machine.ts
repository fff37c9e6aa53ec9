/** What an instance is in the lab: something that boots, answers on its ports, uses CPU and can be stopped. */
import type { RequestListener } from 'node:http';

export interface MachineSpec {
  readonly instanceId: string;
  readonly region: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly instanceType: string;
  readonly imageId: string;
  /** Name of the instance profile; undefined without one. */
  readonly instanceProfile: string | undefined;
  /** Decoded, as the instance would read it from its metadata service; empty when the launch template has none. */
  readonly userData: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Machine {
  readonly instanceId: string;
  /** Where on this host the instance's `port` is reached. */
  address(port: number): Address;
  /** CPU seconds used by everything on the machine since it started. Never sinks. */
  cpuSeconds(): Promise<number>;
  /** How many CPU seconds a second count as 100 %: the instance type's vCPUs, each a stated share of a host core. */
  readonly capacity: number;
  /**
   * Orderly stop: SIGTERM, the app drains, SIGKILL past the stop timeout. Resolves when nothing of it runs any more;
   * its disk, where it has one, stays.
   */
  stop(): Promise<void>;
  /** Resolves when the machine has ended, with the reason when nobody asked it to. */
  readonly ended: Promise<{ readonly reason?: string }>;
  /** The folder that holds the machine's logs. */
  readonly logs: string;
}

/** What of AWS an instance finds in the network of its VPC. */
export interface VpcServices {
  /**
   * The instance metadata service, for port 80 of 169.254.169.254.
   *
   * @param instanceAt which instance of this VPC has this private address
   */
  readonly metadata: (instanceAt: (address: string) => MachineSpec | undefined) => RequestListener;
  /** The endpoint of all of AWS. It lets nobody through without a signature. */
  readonly endpoint: RequestListener;
}

/** The disks of machines: they outlast the machine, until the instance is terminated. */
export interface MachineDisks {
  /** Makes an image of the disk of a machine that has ended. From then on it is an `imageId` that machines boot from. */
  freeze(instanceId: string, imageId: string): Promise<void>;
  /** Removes the disk of a machine that has ended; nothing happens where there is none. */
  discard(instanceId: string): Promise<void>;
  /** All that the machine has written to its console, also when it has ended. */
  console(instanceId: string): Promise<string>;
}

export interface MachineBackend {
  readonly kind: 'process' | 'booted';
  /**
   * Resolves when the machine runs (EC2's `running`), which is before its app is ready. An instance whose disk is
   * still there boots from it again.
   */
  launch(spec: MachineSpec): Promise<Machine>;
  /** Of machines that boot. @default - there are none: what a machine wrote is gone with it */
  readonly disks?: MachineDisks;
  /** Told once, before the first launch. Machines that have no network of their own need none of it. */
  connect?(services: VpcServices): void;
}
