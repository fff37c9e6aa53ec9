/** An embedded AWS for one test file, in a folder of its own, with nothing left of it afterwards. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStream } from '../../lab/events';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { type Lab, startLab } from '../../lab/lab';
import type { MachineKind } from '../../lab/machines/choice';
import { prepare } from '../../lab/prepare';
import { TerraformProject } from '../../lab/terraform/project';
import { testFolders } from '../../scripts/test-folders';

export const repository = join(__dirname, '..', '..');
/** Shared by the test files: to install moto takes a while, and waiting for one another is part of the installation. */
export const motoEnvironment = join(repository, '.lab', 'moto-environment');
/** So are these, for the same reason. */
const images = join(repository, '.lab', 'images');
const packageCache = join(repository, '.lab', 'cache', 'packages');
export const region = 'eu-central-1';

export interface LabFixture {
  readonly directory: string;
  readonly lab: Lab;
  readonly events: EventStream;
  readonly processes: Processes;
  project(stack: string, stackDirectory: string): TerraformProject;
  stop(): Promise<void>;
}

/** @param machines processes unless a test is about what boots: those are up in a second */
export async function labFixture(speed: number, machines: MachineKind = 'process'): Promise<LabFixture> {
  const directory = testFolders.make('lab');
  const events = new EventStream();
  const processes = new Processes(processRecord(directory));
  const prepared = await prepare({
    directory,
    projectDirectory: repository,
    processes,
    emit: events.emit,
    machines,
    motoEnvironment,
    images,
    packageCache,
  });
  const lab = await startLab({ ...prepared, region, speed, port: undefined, gatewayPort: undefined });
  return {
    directory,
    lab,
    events,
    processes,
    project: (stack, stackDirectory) =>
      new TerraformProject({
        processes,
        stack,
        stackDirectory,
        labDirectory: directory,
        aws: lab.environment,
      }),
    stop: async () => {
      await lab.stop();
      await processes.stopAll();
      testFolders.remove(directory);
    },
  };
}

/** Waits until `condition` holds, and says what it was when it doesn't come to. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMilliseconds = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMilliseconds / 1000} s: ${what}`);
    await sleep(100);
  }
}
