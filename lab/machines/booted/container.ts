/** A container from start to end: systemd-nspawn, started by start-container.sh, and again when it reboots. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Processes, StartedProcess } from '../../host/processes';
import { namespacePath } from '../../network/namespaces';
import type { NetworkBytes } from '../machine';
import { parseNetworkBytes } from './network-bytes';

export interface ContainerOptions {
  readonly processes: Processes;
  /** The folder of its disk. */
  readonly folder: string;
  /** Its host name for systemd-nspawn; unique on this host. */
  readonly name: string;
  /** The name of its network namespace. */
  readonly network: string;
  readonly controlGroups: readonly string[];
  readonly console: string;
  readonly onLine: (line: string) => void;
  /** Told at each start: a reboot is a process of its own. */
  readonly onStart: (process: StartedProcess) => void;
}

export interface ContainerEnd {
  readonly how: 'powered off' | 'failed';
  /** Such as `exit code 1`. */
  readonly status: string;
}

/** systemd-nspawn ends with it, under `--keep-unit`, when the container reboots (EXIT_FORCE_RESTART). */
const rebooted = 'exit code 133';

/** Milliseconds for everything on it to end: nginx drains for 25 s, then the app for as long. */
const stopMilliseconds = 90_000;

export class Container {
  readonly ended: Promise<ContainerEnd>;
  #process: StartedProcess;
  #stopping: Promise<void> | undefined;

  private constructor(
    private readonly options: ContainerOptions,
    process: StartedProcess,
  ) {
    this.#process = process;
    this.ended = this.#end();
  }

  /** @throws ServiceError `ProcessNotStarted` */
  static async start(options: ContainerOptions): Promise<Container> {
    return new Container(options, await startProcess(options));
  }

  /** Orderly: everything on it is stopped by its systemd. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#process.stop({ signal: 'SIGTERM', graceMilliseconds: stopMilliseconds });
    await this.#stopping;
    await this.ended;
  }

  /** Of its network namespace, as its first process sees it: the one child of systemd-nspawn. */
  async networkBytes(): Promise<NetworkBytes | undefined> {
    const { pid } = this.#process;
    try {
      const [leader = ''] = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ');
      return parseNetworkBytes(await readFile(`/proc/${Number(leader)}/net/dev`, 'utf8'));
    } catch {
      // It is only just starting, or has ended.
      return undefined;
    }
  }

  async #end(): Promise<ContainerEnd> {
    let status = await this.#process.ended;
    while (status === rebooted && this.#stopping === undefined) {
      this.#process = await startProcess(this.options);
      status = await this.#process.ended;
    }
    // The end of nspawn is that of all its processes; where /run is a disk, it leaves an empty folder there.
    await rm(join('/run/systemd/nspawn/propagate', this.options.name), { recursive: true, force: true });
    return { how: status === 'exit code 0' ? 'powered off' : 'failed', status };
  }
}

async function startProcess(options: ContainerOptions): Promise<StartedProcess> {
  const { processes, name, folder, network, controlGroups } = options;
  const process = await processes.start(
    name,
    'unshare',
    [
      ...['--mount', '--propagation', 'slave', '/bin/sh', join(__dirname, 'start-container.sh')],
      ...[folder, name, namespacePath(network), ...controlGroups],
    ],
    {
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      logFile: options.console,
      onLine: options.onLine,
    },
  );
  options.onStart(process);
  return process;
}
