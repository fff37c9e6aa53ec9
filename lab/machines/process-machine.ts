/**
 * An instance as two process groups of this host: the real app, and the real nginx in front of it. What it leaves
 * out is the boot (cloud-init, systemd, the release's download).
 */
import { chmod, cp, mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { Processes, StartedProcess } from '../host/processes';
import { makeShortFolder, removeShortFolder } from '../host/short-folder';
import { cpuSecondsOfGroups } from './cpu-times';
import { vcpusOf } from './instance-types';
import type { Address, LaunchAnswer, Machine, MachineBackend, MachineSpec } from './machine';
import { startNginx } from './nginx-process';
import { becomesReady } from './readiness';
import { type LaunchHook, readUserData } from './user-data';

export interface ProcessMachinesOptions {
  readonly processes: Processes;
  /** Each instance gets a folder here, named by its id; its logs stay there. */
  readonly directory: string;
  /** The app as one file, made by runtime/bundle.ts. */
  readonly appBundle: string;
  readonly nginxBinary: string;
  /** The folder `nginx/` of this repository. */
  readonly nginxConfiguration: string;
  /** How many of this host's cores stand for one vCPU; above 0. */
  readonly coresPerVcpu: number;
  /** How long an app may take to get ready: less than the launch hook waits. @default 60000 */
  readonly readyMilliseconds?: number;
}

/** nginx's worker_shutdown_timeout, 25 s, and some for its end. */
const nginxStopMilliseconds = 30_000;
/** systemd's stop time-out on an instance; the app drains for 25 s. */
const appStopMilliseconds = 35_000;

export class ProcessMachines implements MachineBackend {
  readonly kind = 'process';

  constructor(private readonly options: ProcessMachinesOptions) {}

  /** @throws ServiceError `UserDataUnreadable`, `InstanceTypeUnknown`, `NginxNotStarted`, `ProcessNotStarted` */
  async launch(spec: MachineSpec): Promise<Machine> {
    const { environment, launchHook } = readUserData(spec.userData);
    const vcpus = vcpusOf(spec.instanceType);
    const folders = await makeFolders(join(resolve(this.options.directory), spec.instanceId));
    const started: StartedProcess[] = [];
    try {
      const appSocket = join(folders.prefix, 'app.sock');
      const app = await this.#startApp(spec, folders, appSocket, environment);
      started.push(app);
      const nginx = await startNginx(this.options.processes, {
        name: `${spec.instanceId} nginx`,
        binary: this.options.nginxBinary,
        configuration: this.options.nginxConfiguration,
        prefix: folders.prefix,
        appSocket,
        workers: vcpus,
        logFile: join(folders.logs, 'nginx.log'),
        env: { PATH: systemPath },
      });
      return new ProcessMachine(spec.instanceId, app, nginx.process, {
        httpPort: nginx.port,
        capacity: vcpus * this.options.coresPerVcpu,
        logs: folders.logs,
        launchHook,
        readyMilliseconds: this.options.readyMilliseconds ?? 60_000,
        remove: () => removeShortFolder(folders.link),
      });
    } catch (error) {
      await Promise.all(started.map((process) => process.stop()));
      removeShortFolder(folders.link);
      throw error;
    }
  }

  async #startApp(
    spec: MachineSpec,
    folders: MadeFolders,
    socket: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<StartedProcess> {
    // A copy: the instance keeps the release that it was launched with when the next one is bundled.
    const release = join(folders.prefix, 'app.cjs');
    await cp(this.options.appBundle, release);
    return this.options.processes.start(`${spec.instanceId} app`, process.execPath, [release], {
      cwd: folders.prefix,
      logFile: join(folders.logs, 'app.log'),
      env: {
        PATH: systemPath,
        NODE_ENV: 'production',
        AWS_REGION: spec.region,
        ...environment,
        // No credentials of this host's owner: not from their files, and not from the host's own metadata service.
        HOME: folders.prefix,
        AWS_EC2_METADATA_DISABLED: 'true',
        SOCKET_PATH: socket,
        INSTANCE_ID: spec.instanceId,
        AVAILABILITY_ZONE: spec.zone,
      },
    });
  }
}

/** systemd's default for services. */
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface Folders {
  readonly logs: string;
  /** A link to the prefix, by which it is found again after a crash. */
  readonly link: string;
}

interface MadeFolders extends Folders {
  /**
   * nginx's prefix, with the app's socket. Not below the instance's folder: that may lie too deep for a socket's
   * path (108 bytes), and where nginx's workers, which aren't root, can't go.
   */
  readonly prefix: string;
}

function foldersOf(instance: string): Folders {
  return { logs: join(instance, 'logs'), link: join(instance, 'prefix') };
}

async function makeFolders(instance: string): Promise<MadeFolders> {
  const { logs, link } = foldersOf(instance);
  await mkdir(logs, { recursive: true });
  const prefix = makeShortFolder(link);
  await chmod(prefix, 0o711);
  await symlink(logs, join(prefix, 'logs'));
  return { logs, link, prefix };
}

interface ProcessMachineOptions {
  readonly httpPort: number;
  readonly capacity: number;
  readonly logs: string;
  readonly launchHook: LaunchHook | undefined;
  readonly readyMilliseconds: number;
  readonly remove: () => void;
}

class ProcessMachine implements Machine {
  readonly capacity: number;
  readonly logs: string;
  readonly ended: Promise<{ readonly reason?: string }>;
  readonly launchAnswer: Promise<LaunchAnswer | undefined>;
  readonly #httpPort: number;
  readonly #groups: ReadonlySet<number>;
  #cpuSeconds = 0;
  #stopping: Promise<void> | undefined;

  constructor(
    readonly instanceId: string,
    private readonly app: StartedProcess,
    private readonly nginx: StartedProcess,
    private readonly options: ProcessMachineOptions,
  ) {
    this.capacity = options.capacity;
    this.logs = options.logs;
    this.#httpPort = options.httpPort;
    this.#groups = new Set([app.pid, nginx.pid]);
    this.ended = this.#end();
    this.launchAnswer = this.#answerLaunch(options.launchHook);
  }

  /** @throws ServiceError `PortNotServed` for any other port than 80 */
  address(port: number): Address {
    if (port === 80) return { host: '127.0.0.1', port: this.#httpPort };
    throw new ServiceError('PortNotServed', `${this.instanceId} has nothing on port ${port}; nginx is on 80`);
  }

  async cpuSeconds(): Promise<number> {
    if (this.#stopping === undefined) {
      // A leader that died takes its count along; what was once used stays used.
      this.#cpuSeconds = Math.max(this.#cpuSeconds, await cpuSecondsOfGroups(this.#groups));
    }
    return this.#cpuSeconds;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** Nothing of it was on a disk: it is made anew when it is launched again. */
  powerOff(): Promise<void> {
    return this.stop();
  }

  /** As the boot programs do it: when the service answers through nginx, or when it has had its time. */
  async #answerLaunch(hook: LaunchHook | undefined): Promise<LaunchAnswer | undefined> {
    if (hook === undefined) return undefined;
    const { host, port } = this.address(80);
    const { readyMilliseconds } = this.options;
    const outcome = await becomesReady(`http://${host}:${port}/readyz`, readyMilliseconds, this.ended);
    if (outcome === 'ended') return undefined;
    if (outcome === 'ready') return { ...hook, result: 'CONTINUE' };
    const reason = `/readyz answered ${outcome} and not 200 for ${readyMilliseconds / 1000} s; see ${this.logs}`;
    return { ...hook, result: 'ABANDON', reason };
  }

  /** As systemd would, by the units' order: nginx first, so that the app drains with nobody left to ask it. */
  async #stopInOrder(): Promise<void> {
    await this.nginx.stop({ signal: 'SIGQUIT', graceMilliseconds: nginxStopMilliseconds });
    await this.app.stop({ signal: 'SIGTERM', graceMilliseconds: appStopMilliseconds });
    await this.options.remove();
  }

  async #end(): Promise<{ readonly reason?: string }> {
    const reason = await Promise.race([
      this.app.ended.then((how) => `app ended with ${how}; see ${this.app.logFile}`),
      this.nginx.ended.then((how) => `nginx ended with ${how}; see ${this.nginx.logFile}`),
    ]);
    const asked = this.#stopping !== undefined;
    await this.stop();
    return asked ? {} : { reason };
  }
}
