/** A live app on a port of its own, closed at the end of the test. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Writable } from 'node:stream';
import pino from 'pino';
import { createApplication } from '../../runtime/app/application';
import { readConfiguration } from '../../runtime/app/configuration';
import { Lifecycle } from '../../runtime/app/lifecycle';
import { Metrics } from '../../runtime/app/metrics';
import type { Service } from '../../runtime/app/service';
import { Turns } from '../../runtime/app/turns';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Serving {
  readonly server: Server;
  readonly port: number;
  readonly lifecycle: Lifecycle;
  /** Set `shedding` to what the event loop's judge would say. */
  readonly overload: { shedding: boolean };
  readonly metrics: Metrics;
  /** The lines logged so far. */
  readonly log: Record<string, unknown>[];
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  /** Sends these bytes, one for each character, and resolves with all that comes back. */
  raw(request: string): Promise<string>;
  close(): Promise<void>;
}

export async function serving(
  addRoutes: Service['addRoutes'],
  environment: Record<string, string> = {},
): Promise<Serving> {
  const log: Record<string, unknown>[] = [];
  const lines = new Writable({
    write(line, _encoding, done) {
      log.push(JSON.parse(String(line)));
      done();
    },
  });
  const lifecycle = new Lifecycle();
  const overload = { shedding: false };
  const metrics = new Metrics(environment.WORKER);
  const app = createApplication({
    configuration: readConfiguration(environment, process.pid),
    logger: pino({ level: 'debug' }, lines),
    lifecycle,
    overload,
    turns: new Turns(),
    metrics,
    service: { addRoutes },
  });
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    lifecycle,
    overload,
    metrics,
    log,
    get: (path, headers = {}, method = 'GET') => ask(port, path, headers, method),
    raw: async (request) => {
      const connection = connect(port, '127.0.0.1');
      connection.write(request, 'latin1');
      return (await connection.setEncoding('utf8').toArray()).join('');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Not fetch: that would normalise the path, and hide the Connection header. */
function ask(port: number, path: string, headers: Record<string, string>, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        body += part;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
