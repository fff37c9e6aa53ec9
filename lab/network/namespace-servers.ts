/** Servers of the lab's own that listen within a network namespace. */
import { spawn } from 'node:child_process';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import { namespacePath } from './namespaces';

export interface NamespaceServer {
  readonly host: string;
  readonly port: number;
  readonly handler: RequestListener;
}

export interface RunningServers {
  stop(): Promise<void>;
}

/** Resolves when all accept connections. @throws ServiceError `NetworkNotMade` */
export async function serveInNamespace(
  namespace: string,
  servers: readonly NamespaceServer[],
): Promise<RunningServers> {
  const sockets = await listenInNamespace(namespace, servers);
  const running = servers.map(({ handler }, index) => {
    const socket = sockets[index];
    if (socket === undefined) throw new Error('a server has no socket');
    const server = httpServer(handler);
    socket.on('connection', (connection: Socket) => server.emit('connection', connection));
    return { socket, server };
  });
  return {
    stop: async () => {
      await Promise.all(
        running.map(({ socket, server }) => {
          const closed = new Promise<void>((resolve) => socket.close(() => resolve()));
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
}

function httpServer(handler: RequestListener): HttpServer {
  const server = createHttpServer(handler);
  // Longer than any client keeps an idle connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 120_000;
  server.on('connect', (_request, socket) => {
    socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  });
  return server;
}

interface Listening {
  readonly host: string;
  readonly port: number;
}

function listenInNamespace(
  namespace: string,
  wanted: readonly Listening[],
): Promise<readonly (Server | undefined)[]> {
  return new Promise((resolve, reject) => {
    const addresses = JSON.stringify(wanted.map(({ host, port }) => ({ host, port })));
    const child = spawn(
      'nsenter',
      [
        `--net=${namespacePath(namespace)}`,
        process.execPath,
        join(__dirname, 'listen-in-namespace.cjs'),
        addresses,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {} },
    );
    const received = new Map<string, Server>();
    const fail = (reason: string) => {
      if (child.connected) child.disconnect();
      for (const server of received.values()) server.close();
      reject(new ServiceError('NetworkNotMade', `No server could listen in ${namespace}: ${reason}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => {
      if (received.size < wanted.length) fail(`its helper ended with exit code ${code}`);
    });
    child.on('message', (message: Listening & { readonly error?: string }, server) => {
      if (message.error !== undefined) return fail(message.error);
      received.set(keyOf(message), server as Server);
      if (received.size < wanted.length) return;
      child.disconnect();
      resolve(wanted.map((address) => received.get(keyOf(address))));
    });
  });
}

function keyOf({ host, port }: Listening): string {
  return `${host}:${port}`;
}
