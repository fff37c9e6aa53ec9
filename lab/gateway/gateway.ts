/**
 * The endpoint that Terraform, the AWS CLI and the instances talk to. What the lab's own services answer it hands to
 * them; everything else goes to moto untouched, and who wants to know that something was written there is told.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { AwsError } from '../aws-error';
import { answerPublicParameters, type PublicParameters } from './public-parameters';
import { parseQuery, type QueryInput, type QueryOutput, renderError, renderResult } from './query-protocol';
import { type Addressee, addresseeOf } from './service-of';

/** A service of the lab's own, in the query protocol. */
export interface QueryService {
  readonly namespace: string;
  /** Undefined: not an action of ours; it goes to moto. */
  answer(action: string, input: QueryInput, region: string): Promise<QueryOutput> | undefined;
}

export interface GatewayOptions {
  readonly motoUrl: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** By signing name. */
  readonly services: Readonly<Record<string, QueryService>>;
  readonly publicParameters: PublicParameters;
  /** Called once moto has answered a request that changes something in one of the watched services. */
  readonly onWrite: (service: string, action: string) => void;
  readonly onFailure: (error: unknown) => void;
  /** One line for each request once it is answered: when, what, how, how long. */
  readonly log: (line: string) => void;
}

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

/** Services whose writes change what the lab's own services know of the world. */
const watched = new Set(['ec2', 'elasticloadbalancing']);

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((incoming, outgoing) => {
    logWhenAnswered(incoming, outgoing, options);
    serve(incoming, outgoing, options).catch((error: unknown) => {
      // Whoever hung up is told nothing, and knows why.
      if (!incoming.destroyed || incoming.complete) options.onFailure(error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  // Longer than any client keeps an idle connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 120_000;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function logWhenAnswered(incoming: IncomingMessage, outgoing: ServerResponse, { log }: GatewayOptions): void {
  const begin = Date.now();
  outgoing.once('close', () => {
    const service = addressees.get(outgoing)?.service ?? '-';
    const what = actions.get(outgoing) ?? `${incoming.method} ${incoming.url}`;
    const how = outgoing.writableFinished ? outgoing.statusCode : 'broken off';
    const refusal = refusals.get(outgoing);
    const why = refusal === undefined ? '' : ` ${refusal.code}: ${refusal.message}`;
    log(`${new Date(begin).toISOString()} ${service} ${what} ${how} ${Date.now() - begin} ms${why}`);
  });
}

/** For the log: whose request it was, its action, which only the body tells, and the error it was answered with. */
const addressees = new WeakMap<ServerResponse, Addressee>();
const actions = new WeakMap<ServerResponse, string>();
const refusals = new WeakMap<ServerResponse, AwsError>();

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: GatewayOptions,
): Promise<void> {
  const addressee = addresseeOf(incoming.headers, incoming.url ?? '/');
  if (addressee !== undefined) addressees.set(outgoing, addressee);
  const service = addressee?.service;
  const own = service === undefined ? undefined : options.services[service];
  if (
    addressee === undefined ||
    (own === undefined && service !== 'ssm' && !watched.has(addressee.service))
  ) {
    await forward(incoming, outgoing, options.motoUrl, undefined);
    return;
  }
  const body = await text(incoming);
  if (addressee.service === 'ssm') {
    const parameters = answerPublicParameters(
      incoming.headers['x-amz-target'],
      body,
      options.publicParameters,
      addressee.region,
    );
    if (parameters === undefined) await forward(incoming, outgoing, options.motoUrl, body);
    else answerJson(outgoing, parameters.status, parameters.body);
    return;
  }
  const input = parseQuery(body);
  const action = typeof input.Action === 'string' ? input.Action : '';
  actions.set(outgoing, action);
  const answer = own?.answer(action, input, addressee.region);
  if (own !== undefined && answer !== undefined) {
    await answerQuery(outgoing, own.namespace, action, answer, options);
    return;
  }
  await forward(incoming, outgoing, options.motoUrl, body);
  if (!/^(Describe|Get|List)/.test(action)) options.onWrite(addressee.service, action);
}

async function answerQuery(
  outgoing: ServerResponse,
  namespace: string,
  action: string,
  answer: Promise<QueryOutput>,
  options: GatewayOptions,
): Promise<void> {
  const requestId = randomUUID();
  const [status, xml] = await answer.then(
    (output): [number, string] => [200, renderResult(namespace, action, output, requestId)],
    (error: unknown): [number, string] => {
      const known = error instanceof AwsError ? error : internalFailure(error);
      if (known !== error) options.onFailure(error);
      refusals.set(outgoing, known);
      return [known.status, renderError(namespace, known, requestId)];
    },
  );
  outgoing.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId });
  outgoing.end(xml);
}

function internalFailure(error: unknown): AwsError {
  const text = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `The lab failed to answer: ${text}`, 500);
}

function answerJson(outgoing: ServerResponse, status: number, body: unknown): void {
  outgoing.writeHead(status, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amzn-requestid': randomUUID(),
  });
  outgoing.end(JSON.stringify(body));
}

/** Passes the request on as it came, `body` in place of what has been read of it already, and the answer back. */
function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  motoUrl: string,
  body: string | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onward = request(
      `${motoUrl}${incoming.url ?? '/'}`,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        // What was written is written, whether or not the client is still there to be told.
        outgoing.once('close', () => answer.resume());
        answer.once('end', resolve);
        answer.once('error', reject);
      },
    );
    onward.once('error', reject);
    incoming.once('close', () => {
      if (!incoming.complete) onward.destroy();
    });
    if (body === undefined) incoming.pipe(onward);
    else onward.end(body);
  });
}
