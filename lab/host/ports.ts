/** Ports of this machine. */
import { createServer } from 'node:net';
import { ServiceError } from '../../modules/service-error';
import type { Address } from '../machines/machine';

/** A port that nobody listens on just now. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port: 0, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error(`no port of ${host} could be had`));
      });
    });
  });
}

/**
 * @param setting the name of the flag or option that chose the port
 * @throws ServiceError `PortInUse`, or `PortNotAllowed` for one that needs more rights
 */
export function assertFree({ host, port }: Address, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => reject(refusal(host, port, setting, cause)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function refusal(host: string, port: number, setting: string, cause: NodeJS.ErrnoException): ServiceError {
  if (cause.code === 'EADDRINUSE') {
    return new ServiceError(
      'PortInUse',
      `${setting} is ${port}, where another program listens already (on ${host}); choose another port, or end ` +
        `that program: lsof -i :${port} names it, and an earlier lab is ended by npm run lab:down`,
      { cause },
    );
  }
  return new ServiceError(
    'PortNotAllowed',
    `${setting} is ${port}, on which this user may not listen at ${host} (${cause.code}); choose a port from 1024 up`,
    { cause },
  );
}

/** The first port from `first` on that nobody listens on: one that people can remember, where it is to be had. */
export async function firstFreePort(first: number, host = '127.0.0.1'): Promise<number> {
  for (let port = first; port < first + 100; port += 1) {
    const free = await assertFree({ host, port }, 'port').then(
      () => true,
      () => false,
    );
    if (free) return port;
  }
  return freePort(host);
}
