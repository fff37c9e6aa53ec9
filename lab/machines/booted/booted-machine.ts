/** An instance that boots: one container, with its network, control groups and disk. */
import { join } from 'node:path';
import { ServiceError } from '../../../modules/service-error';
import type { Address, Machine, MachineEnd, NetworkBytes } from '../machine';
import type { Container } from './container';
import type { ContainerGroups } from './control-group-files';

export interface BootedMachineParts {
  readonly instanceId: string;
  readonly container: Container;
  readonly groups: ContainerGroups;
  readonly privateIp: string;
  /** Of the VPC. */
  readonly namespace: string;
  /** The host's cores that count as 100 %. */
  readonly capacity: number;
  readonly logs: string;
  /** Takes away what is left of it on the host once the container has ended, its disk excepted. */
  readonly release: () => Promise<void>;
  /** Takes its disk away. */
  readonly discard: () => Promise<void>;
}

export class BootedMachine implements Machine {
  readonly instanceId: string;
  readonly capacity: number;
  readonly logs: string;
  readonly ended: Promise<MachineEnd>;
  readonly console: string;
  #cpuSeconds = 0;
  #capped = false;
  #asked = false;

  constructor(private readonly parts: BootedMachineParts) {
    this.instanceId = parts.instanceId;
    this.capacity = parts.capacity;
    this.logs = parts.logs;
    this.console = join(parts.logs, consoleFile);
    this.ended = this.#end();
  }

  address(port: number): Address {
    return { host: this.parts.privateIp, port, namespace: this.parts.namespace };
  }

  async cpuSeconds(): Promise<number> {
    // Its groups go with it; what was once used stays used.
    this.#cpuSeconds = Math.max(this.#cpuSeconds, (await this.parts.groups.cpuSeconds()) ?? 0);
    return this.#cpuSeconds;
  }

  networkBytes(): Promise<NetworkBytes | undefined> {
    return this.parts.container.networkBytes();
  }

  async capCpu(): Promise<void> {
    if (this.#capped) return;
    this.#capped = true;
    try {
      this.parts.groups.capCpu(this.capacity);
    } catch (cause) {
      // Its groups are gone: so is the machine.
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw new ServiceError('CpuNotCapped', `The CPU of ${this.instanceId} can't be capped: ${cause}`, {
        cause,
      });
    }
  }

  async powerOff(): Promise<void> {
    this.#asked = true;
    await this.parts.container.stop();
    await this.ended;
  }

  async stop(): Promise<void> {
    await this.powerOff();
    await this.parts.discard();
  }

  async #end(): Promise<MachineEnd> {
    const { how, status } = await this.parts.container.ended;
    await this.parts.release();
    if (this.#asked) return {};
    return how === 'powered off'
      ? { poweredOff: true, reason: `it powered itself off; see ${this.console}` }
      : { reason: `its container ended with ${status}; see ${this.console}` };
  }
}

export const consoleFile = 'console.log';
