/** What an instance is in the lab: something that boots, answers on its ports, uses CPU and can be stopped. */
import type { RequestListener } from 'node:http';
import type { Vpc } from '../network/addresses';

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
  readonly vpc: Vpc;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  /** The network namespace of this host in which it is reached; the host's own unless set. */
  readonly namespace?: string;
}

export interface NetworkBytes {
  readonly in: number;
  readonly out: number;
}

/** How a machine came to its end. */
export interface MachineEnd {
  /** It was switched off from within, as by `poweroff`, and can be started again. */
  readonly poweredOff?: boolean;
  /** A sentence, when nobody had asked it to end. */
  readonly reason?: string;
}

export interface Machine {
  readonly instanceId: string;
  /** Where on this host the instance's `port` is reached. */
  address(port: number): Address;
  /** CPU seconds used by everything on the machine since it started. Never sinks. */
  cpuSeconds(): Promise<number>;
  /**
   * Bytes through its network interface since it started; undefined for a moment at its start and end.
   *
   * @default - it has none of its own: what the load balancer passes to it and back stands for them
   */
  networkBytes?(): Promise<NetworkBytes | undefined>;
  /** How many CPU seconds a second count as 100 %: the instance type's vCPUs, each a stated share of a host core. */
  readonly capacity: number;
  /**
   * Orderly stop: SIGTERM, the app drains, SIGKILL past the stop timeout. Resolves when nothing but its logs is left
   * of it (EC2's `terminated`); also to be called for one that ended by itself.
   */
  stop(): Promise<void>;
  /** Orderly stop after which it can be launched again (EC2's `stopped`): from its disk, where it has one. */
  powerOff(): Promise<void>;
  /** Holds it to its capacity from now on: it boots unheld. A second call changes nothing. @default - never held */
  capCpu?(): Promise<void>;
  /** Resolves when the machine has ended. */
  readonly ended: Promise<MachineEnd>;
  /** The folder that holds the machine's logs. */
  readonly logs: string;
  /** The file in it that holds what it wrote on its console; a machine that doesn't boot has none. */
  readonly console?: string;
  /**
   * What a machine that doesn't boot says in place of its boot programs, once it knows; undefined when its end came
   * first. A machine that boots has none: it calls the API itself.
   */
  readonly launchAnswer?: Promise<LaunchAnswer | undefined>;
}

/** As an instance answers the launch hook by CompleteLifecycleAction. */
export interface LaunchAnswer {
  readonly group: string;
  readonly hook: string;
  readonly result: 'CONTINUE' | 'ABANDON';
  /** Of an ABANDON. */
  readonly reason?: string;
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

export interface MachineBackend {
  readonly kind: 'process' | 'booted';
  /**
   * Resolves when the machine runs (EC2's `running`), which is before its app is ready. An instance that was powered
   * off starts from its own disk.
   */
  launch(spec: MachineSpec): Promise<Machine>;
  /** Told once, before the first launch. Machines that have no network of their own need none of it. */
  connect?(services: VpcServices): void;
  /**
   * Makes what a powered off instance has on its disk an image that others can be launched from.
   *
   * @throws ServiceError `ImageNotMade`
   */
  freezeImage?(instanceId: string, imageId: string): Promise<void>;
  /** The network namespace of this host in which a VPC's instances are reached. @default - the host's own */
  namespaceOf?(vpc: Vpc): Promise<string>;
  /** Once no machine runs any more: what they shared goes. @default - there is nothing to stop */
  stop?(): Promise<void>;
}
