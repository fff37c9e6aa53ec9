/** What a lab needs of this machine before it can start: tools, moto, what instances are made of. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { architectureOf } from '../modules/private/architecture';
import { type AutoscaledServiceProps, serviceDefaults } from '../modules/props';
import { ServiceError } from '../modules/service-error';
import { bundleApp } from '../runtime/bundle';
import { fetchNodeOf } from '../runtime/project-release';
import type { Emit } from './events';
import type { Processes } from './host/processes';
import { ensureTools, type ToolPaths } from './host/tools';
import { RootFileSystems } from './images/root-file-systems';
import type { LabOptions } from './lab';
import { BootedMachines } from './machines/booted/booted-machines';
import { bootObstacle } from './machines/booted/probe';
import { type Choice, chooseMachines, type MachineKind, thisHost, withoutBoot } from './machines/choice';
import { ProcessMachines } from './machines/process-machine';
import { ensureMoto } from './moto/install';
import { kernelPrefix } from './network/names';
import { PackageProxy } from './packages/package-proxy';

/**
 * A lab vCPU: this share of a core of the host counts as one. A t3.micro, with two, is at 100 % when its nginx and
 * its app use half a core. Small enough that two instances, the balancer and ab fit on a machine with two cores.
 */
export const coresPerVcpu = 0.25;

export interface PrepareOptions {
  readonly directory: string;
  readonly projectDirectory: string;
  readonly processes: Processes;
  readonly emit: Emit;
  /** Which machines instances are. @default `booted` where this host can do it, else `process` */
  readonly machines?: MachineKind;
  /** What the instances are, as far as it is known before there are any. @default - the service's defaults */
  readonly service?: Pick<AutoscaledServiceProps, 'image' | 'instanceType'>;
  /** Where moto is installed. @default `moto-environment` in the lab's folder */
  readonly motoEnvironment?: string;
  /** Where root file systems are kept. @default `images` in the lab's folder */
  readonly images?: string;
  /** Where packages are kept. @default `cache/packages` in the lab's folder */
  readonly packageCache?: string;
  /** Nothing more is installed or made once it is aborted. */
  readonly signal?: AbortSignal;
}

export type Prepared = Pick<
  LabOptions,
  'directory' | 'processes' | 'machines' | 'haproxyBinary' | 'python' | 'emit'
> & {
  /** Settles when what instances boot from is there, or could not be made; their launch waits for it by itself. */
  readonly imagesReady: Promise<void>;
};

/**
 * @throws ServiceError `ToolsMissing`, `InstallationFailed`, `NodeNotFetched`, `NodeNotGenuine`, `AppNotBundled`,
 *   `TerraformUnusable`, `BootedMachinesUnavailable`; the signal's reason
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { directory, processes, emit, signal } = options;
  mkdirSync(directory, { recursive: true });
  const { choice, tools } = await chooseWithTools(options);
  if (choice.reason !== undefined) {
    const text = `Machines are processes of this host and don't boot: ${choice.reason}`;
    emit({ type: 'notice', level: 'info', text });
  }
  signal?.throwIfAborted();
  const machines = choice.kind === 'booted' ? bootedMachines(options) : await processMachines(options, tools);
  const python = await ensureMoto({
    processes,
    directory: options.motoEnvironment ?? join(directory, 'moto-environment'),
    emit,
    signal,
  });
  // Here and not by the app while it synthesizes, where nobody would see what takes so long.
  const notify = (text: string) => emit({ type: 'notice', level: 'info', text });
  await fetchNodeOf(options.projectDirectory, { notify });
  return { directory, processes, ...machines, haproxyBinary: tools.haproxy, python, emit };
}

type Machines = Pick<Prepared, 'machines' | 'imagesReady'>;

async function chooseWithTools(options: PrepareOptions): Promise<{ choice: Choice; tools: ToolPaths }> {
  const { emit, machines: asked, service, directory, signal } = options;
  const architecture = architectureOf(service?.instanceType ?? serviceDefaults.instanceType);
  const choice = chooseMachines(asked, thisHost(), architecture);
  if (choice.kind === 'process') return { choice, tools: await ensureTools({ emit, signal }) };
  try {
    const tools = await ensureTools({ emit, boots: true, signal });
    const reason = await bootObstacle(directory, kernelPrefix(directory));
    return { choice: reason === undefined ? choice : withoutBoot(asked, reason), tools };
  } catch (error) {
    // Where only what makes machines boot is missing, the lab does without.
    if (asked === 'booted' || !(error instanceof ServiceError)) throw error;
    const tools = await ensureTools({ emit, signal });
    return { choice: withoutBoot(asked, error.message.split('\n')[0] ?? error.code), tools };
  }
}

async function processMachines(options: PrepareOptions, tools: ToolPaths): Promise<Machines> {
  const { directory, projectDirectory, processes } = options;
  const appBundle = await bundleApp(
    join(projectDirectory, 'runtime', 'app', 'main.ts'),
    join(directory, 'release'),
  );
  const machines = new ProcessMachines({
    processes,
    directory: join(directory, 'machines'),
    appBundle,
    nginxBinary: tools.nginx,
    nginxConfiguration: resolve(__dirname, '..', 'nginx'),
    coresPerVcpu,
  });
  return { machines, imagesReady: Promise.resolve() };
}

function bootedMachines(options: PrepareOptions): Machines {
  const { directory, processes, emit, service } = options;
  const rootFileSystems = new RootFileSystems({
    processes,
    directory: options.images ?? join(directory, 'images'),
    emit,
  });
  const machines = new BootedMachines({
    processes,
    directory: join(directory, 'machines'),
    imageDirectory: join(directory, 'made-images'),
    prefix: kernelPrefix(directory),
    rootFileSystems,
    packages: new PackageProxy({
      directory: options.packageCache ?? join(directory, 'cache', 'packages'),
      upstream: process.env.http_proxy,
    }),
    coresPerVcpu,
    emit,
  });
  const image = service?.image ?? serviceDefaults.image;
  const architecture = architectureOf(service?.instanceType ?? serviceDefaults.instanceType);
  // Beside everything that comes before the first launch. One that fails is told at that launch, which tries again.
  const making =
    'os' in image && image.os !== undefined ? rootFileSystems.ensure(image.os, architecture) : undefined;
  const imagesReady = Promise.resolve(making).then(
    () => undefined,
    () => undefined,
  );
  return { machines, imagesReady };
}
