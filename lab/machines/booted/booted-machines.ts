/**
 * Instances that boot: each a container with its own systemd, on the layers of its image, from its real user data, in
 * the network of its VPC.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServiceError } from '../../../modules/service-error';
import { bootPhase } from '../../../runtime/boot-console';
import type { Emit } from '../../events';
import type { Processes, StartedProcess } from '../../host/processes';
import type { RootFileSystems } from '../../images/root-file-systems';
import type { Vpc } from '../../network/addresses';
import { routerPorts } from '../../network/router';
import { VpcNetworks } from '../../network/vpc-networks';
import type { PackageProxy } from '../../packages/package-proxy';
import { vcpusOf } from '../instance-types';
import type { Machine, MachineBackend, MachineSpec, VpcServices } from '../machine';
import { removeMachineRecord, writeMachineRecord } from '../machine-record';
import { BootedMachine, consoleFile } from './booted-machine';
import { Container } from './container';
import { ContainerGroups, removeControlGroups } from './control-group-files';
import { Disk } from './disk';
import { seedFiles } from './seed';

export interface BootedMachinesOptions {
  readonly processes: Processes;
  /** Each instance gets a folder here, named by its id; its logs stay there. */
  readonly directory: string;
  /** For the layers of images that are made here. */
  readonly imageDirectory: string;
  /** Of all that is made in the kernel; see network/names.ts. */
  readonly prefix: string;
  readonly rootFileSystems: RootFileSystems;
  readonly packages: PackageProxy;
  /** How many of this host's cores stand for one vCPU; above 0. */
  readonly coresPerVcpu: number;
  readonly emit: Emit;
}

interface Known {
  readonly spec: MachineSpec;
  disk: Disk;
  running: boolean;
}

export class BootedMachines implements MachineBackend {
  readonly kind = 'booted';
  readonly #known = new Map<string, Known>();
  /** Layers by the id of an image that was made here, uppermost first. */
  readonly #images = new Map<string, readonly string[]>();
  readonly #networks: VpcNetworks;
  #services: VpcServices | undefined;

  constructor(private readonly options: BootedMachinesOptions) {
    this.#networks = new VpcNetworks(options.prefix, (vpcId) => this.#routerServices(vpcId));
  }

  connect(services: VpcServices): void {
    this.#services = services;
  }

  async namespaceOf(vpc: Vpc): Promise<string> {
    return (await this.#networks.ensure(vpc)).namespace;
  }

  /**
   * @throws ServiceError `InstanceTypeUnknown`, `ImageUnknown`, `ImageNotMade`, `NetworkNotMade`,
   *   `ControlGroupsUnusable`, `ProcessNotStarted`
   */
  async launch(spec: MachineSpec): Promise<Machine> {
    const { instanceId, vpc, privateIp } = spec;
    const capacity = vcpusOf(spec.instanceType) * this.options.coresPerVcpu;
    const { namespace, router } = await this.#networks.ensure(vpc);
    const folder = join(resolve(this.options.directory), instanceId);
    const logs = this.#logs(instanceId);
    await mkdir(logs, { recursive: true });
    const disk = this.#known.get(instanceId)?.disk ?? (await Disk.create(folder, await this.#layers(spec)));
    // Not before: the first launch may wait for the root file system to be made, which is no part of a boot.
    const begin = Date.now();
    await disk.write(seedFiles(spec, router));
    const known: Known = { spec, disk, running: true };
    this.#known.set(instanceId, known);
    const endpoint = `http://${router.address}:${routerPorts.endpoint}`;
    const release = async () => {
      removeMachineRecord(this.options.directory, instanceId);
      await groups.remove();
      await this.#networks.disconnect(instanceId);
      known.running = false;
    };
    const groups = new ContainerGroups(this.options.prefix, instanceId);
    try {
      const network = await this.#networks.connect(vpc, instanceId, privateIp);
      const container = await Container.start({
        processes: this.options.processes,
        folder,
        name: instanceId,
        network,
        controlGroups: groups.folders,
        console: join(logs, consoleFile),
        onLine: this.#phaseTeller(instanceId, begin),
        onStart: (process) => this.#record(instanceId, logs, endpoint, process),
      });
      return new BootedMachine({
        instanceId,
        container,
        groups,
        privateIp,
        namespace,
        capacity,
        logs,
        release,
        discard: async () => {
          await known.disk.remove();
          this.#known.delete(instanceId);
        },
      });
    } catch (error) {
      await release();
      throw error;
    }
  }

  async freezeImage(instanceId: string, imageId: string): Promise<void> {
    const known = this.#known.get(instanceId);
    if (known === undefined || known.running) {
      const state = known === undefined ? 'has no disk' : 'still runs';
      throw new ServiceError('ImageNotMade', `No image can be made of ${instanceId}: it ${state}`);
    }
    known.disk = await known.disk.freeze(join(resolve(this.options.imageDirectory), imageId));
    this.#images.set(imageId, known.disk.layers);
  }

  async stop(): Promise<void> {
    await this.#networks.stop();
    await removeControlGroups(this.options.prefix);
    await Promise.all([...this.#known.values()].map(({ disk }) => disk.remove()));
    // The AWS that knows their ids is gone too.
    await rm(this.options.imageDirectory, { recursive: true, force: true });
  }

  #logs(instanceId: string): string {
    return join(resolve(this.options.directory), instanceId, 'logs');
  }

  async #layers({ imageId }: MachineSpec): Promise<readonly string[]> {
    return this.#images.get(imageId) ?? [await this.options.rootFileSystems.of(imageId)];
  }

  #routerServices(vpcId: string) {
    const services = this.#services;
    if (services === undefined) throw new Error('machines were launched before the lab was connected');
    return {
      metadata: services.metadata((address) => this.#instanceAt(vpcId, address)),
      endpoint: services.endpoint,
      packages: this.options.packages.handler,
    };
  }

  #instanceAt(vpcId: string, address: string): MachineSpec | undefined {
    return [...this.#known.values()].find(
      ({ spec, running }) => running && spec.vpc.id === vpcId && spec.privateIp === address,
    )?.spec;
  }

  #record(instanceId: string, logs: string, endpoint: string, { pid, startTime }: StartedProcess): void {
    writeMachineRecord(this.options.directory, {
      instanceId,
      kind: this.kind,
      process: { pid, startTime },
      logs,
      environment: { AWS_ENDPOINT_URL: endpoint },
    });
  }

  /** What comes before the boot programs' first phase is the lab's and the system's: told as `system`. */
  #phaseTeller(instanceId: string, begin: number): (line: string) => void {
    let told = false;
    return (line) => {
      const phase = bootPhase(line);
      if (phase === undefined) return;
      if (!told) {
        const seconds = Math.max(0, (Date.now() - begin) / 1000 - phase.seconds);
        this.options.emit({ type: 'boot-phase', instanceId, phase: 'system', seconds });
      }
      told = true;
      this.options.emit({ type: 'boot-phase', instanceId, phase: phase.phase, seconds: phase.seconds });
    };
  }
}
