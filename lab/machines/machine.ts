/** What an instance is in the lab: something that boots, answers on its ports, uses CPU and can be stopped. */

export interface MachineSpec {
  readonly instanceId: string;
  readonly region: string;
  readonly zone: string;
  readonly privateIp: string;
  readonly instanceType: string;
  readonly imageId: string;
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
  /** Orderly stop: SIGTERM, the app drains, SIGKILL past the stop timeout. Resolves when nothing is left of it. */
  stop(): Promise<void>;
  /** Resolves when the machine has ended, with the reason when nobody asked it to. */
  readonly ended: Promise<{ readonly reason?: string }>;
  /** The folder that holds the machine's logs. */
  readonly logs: string;
}

export interface MachineBackend {
  readonly kind: 'process' | 'booted';
  /** Resolves when the machine runs (EC2's `running`), which is before its app is ready. */
  launch(spec: MachineSpec): Promise<Machine>;
}
