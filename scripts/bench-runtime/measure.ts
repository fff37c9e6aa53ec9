/** One measurement: a tool against a server, and the CPU that the server spent meanwhile. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Processes } from '../../lab/host/processes';
import { runAb } from '../../lab/load/ab';
import { cpuSecondsOfGroups } from '../../lab/machines/cpu-times';
import type { Run, Tool } from './figures';
import type { RunningServer } from './servers';
import { parseWrkOutput } from './wrk-output';

export const abRequests = 20_000;
export const concurrency = 100;
/** Seconds; wrk counts time, not requests. */
const wrkDuration = 4;

interface Load {
  readonly requests: number;
  readonly run: Omit<Run, 'cpuMicroseconds'>;
}

export async function measure(
  tool: Tool,
  server: RunningServer,
  processes: Processes,
  directory: string,
): Promise<Run> {
  const before = await cpuSecondsOfGroups(server.groups);
  const { requests, run } = await (tool === 'ab' ? ab(server.url, processes, directory) : wrk(server.url));
  const after = await cpuSecondsOfGroups(server.groups);
  return { ...run, cpuMicroseconds: ((after - before) * 1e6) / requests };
}

async function ab(url: string, processes: Processes, directory: string): Promise<Load> {
  const outputFile = join(directory, 'ab.txt');
  const result = await runAb(processes, { run: 1, requests: abRequests, concurrency, url, outputFile });
  const { completed, requestsPerSecond, percentiles, failed, non2xx } = result;
  return { requests: completed, run: { requestsPerSecond, p99: percentiles['99'], failed, non2xx } };
}

async function wrk(url: string): Promise<Load> {
  const args = ['--latency', '--threads', '1', '--connections', String(concurrency)];
  const { stdout } = await promisify(execFile)('wrk', [...args, '--duration', `${wrkDuration}s`, url]);
  const { requests, ...run } = parseWrkOutput(stdout);
  return { requests, run };
}
