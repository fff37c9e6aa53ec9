/** The background process behind `lab up`: an embedded AWS that runs until it is told to end. Its log is its output. */
import { join } from 'node:path';
import { ServiceError } from '../modules/service-error';
import { EventStream } from './events';
import { claimLab } from './host/lock';
import { Processes } from './host/processes';
import { startLab } from './lab';
import type { LabUpOptions } from './lab-commands';
import { prepare } from './prepare';
import { readServiceContext } from './synthesize';
import { findTerraform } from './terraform/binary';
import { configureProviders } from './terraform/cli-configuration';

async function main(options: LabUpOptions): Promise<void> {
  const { directory, projectDirectory, speed, port, machines } = options;
  const events = new EventStream(Date.now, false);
  events.subscribe((event) => {
    if (event.type !== 'cpu' && event.type !== 'requests') process.stdout.write(`${JSON.stringify(event)}\n`);
  });
  const { emit } = events;
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  const claim = await claimLab({ directory, command: 'lab up', emit });
  const processes = new Processes(claim.recordFile);
  try {
    const { region, service } = readServiceContext(projectDirectory, {}).settings;
    const prepared = await prepare({ directory, projectDirectory, processes, emit, machines, service });
    const lab = await startLab({ ...prepared, region, speed, port: undefined, gatewayPort: port });
    claim.publish({ ...lab.environment, ...providerEnvironment(directory) });
    const broken = new Promise<void>((resolve) => lab.broken.addEventListener('abort', () => resolve()));
    if (!lab.broken.aborted) await Promise.race([told, broken]);
    await lab.stop();
    lab.broken.throwIfAborted();
  } finally {
    await processes.stopAll();
    await claim.release();
  }
}

/** So that a Terraform of the user's own finds the provider where the lab's does. */
function providerEnvironment(directory: string): Record<string, string> {
  const { configurationFile } = configureProviders(findTerraform().kind, join(directory, 'terraform'));
  return configurationFile === undefined ? {} : { TF_CLI_CONFIG_FILE: configurationFile };
}

main(JSON.parse(process.argv[2] ?? '{}') as LabUpOptions)
  .catch((error: unknown) => {
    const text = error instanceof ServiceError ? `error ${error.code}: ${error.message}` : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  })
  // Should a stop that failed have left anything open, the process ends nonetheless.
  .finally(() => setTimeout(() => process.exit(), 2_000).unref());
