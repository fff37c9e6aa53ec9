/** A balancer and its targets for one test, which takes them down at its end. */
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Balancer, BalancerConfiguration } from '../../lab/balancer/balancer';
import { startBalancer } from '../../lab/balancer/haproxy-balancer';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import type { Address } from '../../lab/machines/machine';
import { testFolders } from '../../scripts/test-folders';

export const host = '127.0.0.1';
const cleanups: (() => unknown)[] = [];

/** At the end of the test, the last first. */
export function cleanUp(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export interface Target {
  readonly address: Address;
  /** What the health check is answered with; undefined leaves it without an answer. */
  health: number | undefined;
  /** Health checks received. */
  checks: number;
  /** Requests received, health checks aside. */
  requests: number;
  /** Answers to them that were handed over whole. */
  answered: number;
  /** Headers of the last of them, as they came over the wire. */
  headers: http.IncomingHttpHeaders;
  rawHeaders: string[];
  readonly server: http.Server;
}

/** Answers by path: /slow waits until `release`, /reset resets, /close closes, /hang never answers, /500. */
export async function startTarget(options: { health?: number; port?: number } = {}) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = http.createServer({ keepAliveTimeout: 72_000 }, (request, response) => {
    if (request.url === '/readyz') {
      target.checks++;
      if (target.health !== undefined) response.writeHead(target.health).end();
      return;
    }
    target.requests++;
    response.once('finish', () => target.answered++);
    target.headers = request.headers;
    target.rawHeaders = request.rawHeaders;
    const answers: Record<string, () => unknown> = {
      '/slow': () => released.then(() => response.end('slow')),
      '/reset': () => request.socket.resetAndDestroy(),
      '/close': () => request.socket.destroy(),
      '/hang': () => undefined,
      '/half': () => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => request.socket.resetAndDestroy());
      },
      '/500': () => response.writeHead(500).end(),
      '/503': () => response.writeHead(503).end(),
    };
    (answers[request.url ?? ''] ?? (() => response.end('hello')))();
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, host, resolve));
  const target: Target & { release: () => void } = {
    address: { host, port: (server.address() as AddressInfo).port },
    health: 'health' in options ? options.health : 200,
    checks: 0,
    requests: 0,
    answered: 0,
    headers: {},
    rawHeaders: [],
    server,
    release: () => release(),
  };
  cleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
  return target;
}

/** One that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Changes = Partial<Omit<BalancerConfiguration, 'healthCheck'>> & {
  healthCheck?: Partial<BalancerConfiguration['healthCheck']>;
};

export async function balancerOptions(changes: Changes = {}) {
  const lab = testFolders.make('balancer-test');
  cleanUp(() => testFolders.remove(lab));
  const recordFile = processRecord(lab);
  const processes = new Processes(recordFile);
  cleanUp(() => processes.stopAll());
  const configuration: BalancerConfiguration = {
    loadBalancerName: 'web',
    targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef',
    targetGroupName: 'web',
    vpcId: 'vpc-0123456789abcdef0',
    algorithm: 'round_robin',
    idleTimeout: 60,
    ...changes,
    healthCheck: {
      path: '/readyz',
      interval: 1,
      timeout: 1,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: '200',
      ...changes.healthCheck,
    },
  };
  return {
    processes,
    recordFile,
    haproxyBinary: 'haproxy',
    directory: join(lab, 'balancers', 'web'),
    listen: { host, port: await freePort() },
    configuration,
  };
}

export async function startedBalancer(changes: Changes = {}): Promise<Balancer> {
  const balancer = await startBalancer(await balancerOptions(changes));
  cleanUp(() => balancer.stop());
  return balancer;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

export function get(
  balancer: Balancer,
  path: string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get({ ...balancer.address, path, headers, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', reject);
    });
    request.once('error', reject);
  });
}

export async function eventually(what: string, condition: () => Promise<boolean> | boolean, seconds = 15) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`After ${seconds} s still not: ${what}`);
    await sleep(20);
  }
}

export async function up(balancer: Balancer, ...ids: string[]) {
  await eventually(`${ids.join(', ')} up`, async () => {
    const probes = await balancer.probes();
    return ids.every((id) => probes.get(id)?.up === true);
  });
}

export async function withTarget(changes: Changes = {}) {
  const balancer = await startedBalancer(changes);
  const target = await startTarget();
  await balancer.addTarget('i-1', target.address);
  await up(balancer, 'i-1');
  return { balancer, target };
}
