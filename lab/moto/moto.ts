/** The embedded AWS's store: moto's server, started with the images of the lab. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import { freePort } from '../host/ports';
import type { Processes, StartedProcess } from '../host/processes';
import { type MachineImage, machineImages, motoImages } from './images';

export interface MotoOptions {
  readonly processes: Processes;
  /** The Python of moto's environment, from `ensureMoto`. */
  readonly python: string;
  /** For moto's list of images and its log. */
  readonly directory: string;
  /** The region whose default VPC exists from the start. */
  readonly region: string;
  /** @default a free one */
  readonly port?: number;
  /** @default Ubuntu 24.04, Debian 12 and 13 */
  readonly images?: readonly MachineImage[];
  /** How long moto may take to answer. @default 60000 */
  readonly timeoutMilliseconds?: number;
}

export interface Moto {
  readonly url: string;
  readonly process: StartedProcess;
  stop(): Promise<void>;
}

/** @throws ServiceError `MotoNotStarted` with the reason and the log's place */
export async function startMoto(options: MotoOptions): Promise<Moto> {
  const { processes, directory, region } = options;
  const port = options.port ?? (await freePort());
  mkdirSync(directory, { recursive: true });
  const imageFile = join(directory, 'images.json');
  writeFileSync(imageFile, JSON.stringify(motoImages(options.images ?? machineImages)));
  const url = `http://127.0.0.1:${port}`;
  const server = await processes.start(
    'moto',
    options.python,
    [join(__dirname, 'server.py'), String(port), region],
    {
      cwd: directory,
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        // moto makes a volume and a snapshot for each of the 2,600 images it comes with: half a second and 12 MB.
        MOTO_AMIS_PATH: imageFile,
        // It must not look for a profile or a metadata service of the user's.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
        PYTHONDONTWRITEBYTECODE: '1',
      },
      logFile: join(directory, 'moto.log'),
    },
  );
  try {
    await untilAnswering(server, url, options.timeoutMilliseconds ?? 60_000);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, process: server, stop: () => server.stop({ graceMilliseconds: 1_000 }) };
}

/** Everything that exists in the embedded AWS, sorted, each as `service/region/type/place`. */
export async function inventory(motoUrl: string): Promise<string[]> {
  const answer = await fetch(`${motoUrl}/lab/inventory`);
  if (!answer.ok)
    throw new ServiceError('InventoryFailed', `moto answered ${answer.status} to the inventory`);
  return (await answer.json()) as string[];
}

async function untilAnswering(
  server: StartedProcess,
  url: string,
  timeoutMilliseconds: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMilliseconds;
  let end: string | undefined;
  void server.ended.then((reason) => {
    end = reason;
  });
  while (!(await answers(url))) {
    if (end !== undefined) {
      throw new ServiceError(
        'MotoNotStarted',
        `moto ended with ${end} while it started; see ${server.logFile}`,
      );
    }
    if (Date.now() > deadline) {
      throw new ServiceError(
        'MotoNotStarted',
        `moto did not answer at ${url} within ${timeoutMilliseconds / 1000} s; see ${server.logFile}`,
      );
    }
    await sleep(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/lab/inventory`)).ok;
  } catch {
    return false;
  }
}
