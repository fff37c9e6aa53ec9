/** Opens the app's server where the configuration says. */
import { unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { ListenOn } from './configuration';

/**
 * The kernel's queue of connections not yet accepted. A full queue of a unix socket refuses at once, and nginx then
 * answers 502, so it is not the place to save; the kernel's own limit, net.core.somaxconn, is 4096 on Linux.
 */
const backlog = 4_096;

/** @throws Error whose sentence says where it could not listen and why */
export async function listen(server: Server, on: ListenOn): Promise<void> {
  try {
    if (on.kind === 'socket') await listenOnSocket(server, on.path);
    else if (on.kind === 'port') await listening(server, { host: on.host, port: on.port, backlog });
    else await listening(server, { fd: on.descriptor });
  } catch (cause) {
    throw new Error(`cannot listen on ${describe(on)}: ${(cause as Error).message}`, { cause });
  }
}

export function describe(on: ListenOn): string {
  if (on.kind === 'socket') return on.path;
  if (on.kind === 'port') return `${on.host}:${on.port}`;
  return `systemd's descriptor ${on.descriptor}`;
}

/** nginx's workers run as another user; who may reach the socket is decided by the folder that it lies in. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  const options = { path, backlog, readableAll: true, writableAll: true };
  try {
    await listening(server, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || !(await isStale(path))) throw error;
    unlinkSync(path);
    await listening(server, options);
  }
}

/** A process that was killed leaves its socket's file behind, which nobody listens on. */
function isStale(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(false);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function listening(server: Server, options: object): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
