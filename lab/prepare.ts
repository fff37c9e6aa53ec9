/** What a lab needs of this machine before it can start: tools, moto, the app as one file. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundleApp } from '../runtime/bundle';
import type { Emit } from './events';
import type { Processes } from './host/processes';
import { ensureTools } from './host/tools';
import type { LabOptions } from './lab';
import { ProcessMachines } from './machines/process-machine';
import { ensureMoto } from './moto/install';

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
  /** Where moto is installed. @default `moto-environment` in the lab's folder */
  readonly motoEnvironment?: string;
}

export type Prepared = Pick<
  LabOptions,
  'directory' | 'processes' | 'machines' | 'haproxyBinary' | 'python' | 'emit'
>;

/** @throws ServiceError `ToolsMissing`, `InstallationFailed`, `AppNotBundled` */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { directory, projectDirectory, processes, emit } = options;
  const tools = await ensureTools({ emit });
  mkdirSync(directory, { recursive: true });
  const python = await ensureMoto({
    directory: options.motoEnvironment ?? join(directory, 'moto-environment'),
    emit,
  });
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
  return { directory, processes, machines, haproxyBinary: tools.haproxy, python, emit };
}
