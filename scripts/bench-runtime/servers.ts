/** The servers that are compared. nginx, and the app where it has workers, have as many as the host has cores. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../lab/host/ports';
import type { Processes, StartedProcess } from '../../lab/host/processes';
import type { ToolPaths } from '../../lab/host/tools';
import { startNginx } from '../../lab/machines/nginx-process';
import type { Server } from './figures';

export interface RunningServer {
  readonly url: string;
  /** Process groups whose CPU time is the server's. */
  readonly groups: ReadonlySet<number>;
}

export interface ServersOptions {
  readonly processes: Processes;
  readonly tools: Pick<ToolPaths, 'nginx' | 'python3'>;
  /** The app as one file. */
  readonly appBundle: string;
  /** The folder `nginx/`. */
  readonly nginxConfiguration: string;
  /** A short path of the benchmark's own, in which nginx's workers may read. */
  readonly directory: string;
}

const workers = Math.min(8, availableParallelism());
const environment = { PATH: process.env.PATH ?? '', NODE_ENV: 'production', LOG_LEVEL: 'warn' };

export async function startServers(options: ServersOptions): Promise<Record<Server, RunningServer>> {
  const koa = await startKoa(options, 'koa', 1);
  const koaWorkers = await startKoa(options, 'koa-workers', workers);
  const socket = join(options.directory, 'koa.sock');
  const behindNginx = await startWorkers(options, 'koa-behind-nginx', `unix:${socket}`, workers);
  const shipped = await startProxy(options, 'nginx-koa', options.nginxConfiguration, socket);
  const alone = await startProxy(options, 'nginx', withoutApp(options), socket);
  const servers: Record<Server, RunningServer> = {
    nginx: { url: alone.url, groups: new Set([alone.process.pid]) },
    koa,
    'koa-workers': koaWorkers,
    'nginx-koa': { url: shipped.url, groups: new Set([shipped.process.pid, behindNginx.pid]) },
  };
  for (const { url } of Object.values(servers)) await untilAnswering(url);
  return servers;
}

async function startKoa(options: ServersOptions, name: string, count: number): Promise<RunningServer> {
  const port = await freePort();
  const process = await startWorkers(options, name, `tcp:${port}`, count);
  return { url: `http://127.0.0.1:${port}/`, groups: new Set([process.pid]) };
}

function startWorkers(
  options: ServersOptions,
  name: string,
  place: string,
  count: number,
): Promise<StartedProcess> {
  const program = join(__dirname, 'workers.py');
  return options.processes.start(
    name,
    options.tools.python3,
    [program, String(count), place, process.execPath, options.appBundle],
    { env: environment, logFile: join(options.directory, `${name}.log`) },
  );
}

async function startProxy(options: ServersOptions, name: string, configuration: string, appSocket: string) {
  const prefix = join(options.directory, name);
  mkdirSync(join(prefix, 'logs'), { recursive: true });
  const { process, port } = await startNginx(options.processes, {
    name,
    binary: options.tools.nginx,
    configuration,
    prefix,
    appSocket,
    workers,
    logFile: join(prefix, 'nginx.log'),
    env: environment,
  });
  return { process, url: `http://127.0.0.1:${port}/` };
}

/** The configuration as shipped, access log and all, but for one thing: nginx answers itself. */
function withoutApp({ directory, nginxConfiguration }: ServersOptions): string {
  const folder = join(directory, 'return-200');
  cpSync(nginxConfiguration, folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  const shipped = readFileSync(file, 'utf8');
  const alone = shipped.replace(
    /\n( *)location \/ \{\n[\s\S]*?\n\1\}\n/,
    '\n$1location / {\n$1    return 200;\n$1}\n',
  );
  if (alone === shipped) throw new Error(`${file} has no "location /" to answer in place of`);
  writeFileSync(file, alone);
  return folder;
}

async function untilAnswering(url: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (
    !(await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline) throw new Error(`${url} does not answer`);
    await sleep(50);
  }
}
