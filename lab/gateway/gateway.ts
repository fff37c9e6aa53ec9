/**
 * The endpoint that Terraform, the AWS CLI and the instances talk to. Instances must have signed what they ask and be
 * allowed it. What the lab's own services answer it hands to them; everything else goes to moto untouched, and who
 * wants to know that something was written there is told.
 */
import { randomUUID } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { AwsError } from '../aws-error';
import type { Admission, Origin } from './admission';
import type { BucketPolicies } from './bucket-policies';
import { forward } from './forward';
import { operationOf } from './permissions/attempted-request';
import { answerPublicParameters, type PublicParameters } from './public-parameters';
import { parseQuery, type QueryInput, type QueryOutput, renderError, renderResult } from './query-protocol';
import { type Protocol, protocolOf, renderFor } from './refusal';
import type { Relay, RelayedAnswer } from './relay';
import { logWhenAnswered, type Notes } from './request-log';
import { addresseeOf } from './service-of';

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
  /** By signing name, too. */
  readonly relays: Readonly<Record<string, Relay>>;
  readonly admission: Admission;
  readonly bucketPolicies: BucketPolicies;
  readonly publicParameters: PublicParameters;
  /** Called once moto has answered a request that changes something in one of the watched services. */
  readonly onWrite: (service: string, action: string) => void;
  readonly onFailure: (error: unknown) => void;
  /** One line for each request once it is answered: when, what, how, how long. */
  readonly log: (line: string) => void;
}

export interface Gateway {
  readonly url: string;
  /** For servers in a VPC: there nobody is let through without a signature. */
  readonly fromVpc: RequestListener;
  stop(): Promise<void>;
}

/** Services whose writes change what the lab's own services know of the world. */
const watched = new Set(['ec2', 'elasticloadbalancing']);

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer(listener(options, 'host'));
  // Longer than any client keeps an idle connection, so that none is closed under a request that is on its way.
  server.keepAliveTimeout = 120_000;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    fromVpc: listener(options, 'vpc'),
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

function listener(options: GatewayOptions, origin: Origin): RequestListener {
  return (incoming, outgoing) => {
    const notes: Notes = {};
    logWhenAnswered(incoming, outgoing, notes, options.log);
    new Exchange(incoming, outgoing, options, notes).serve(origin).catch((error: unknown) => {
      // Whoever hung up is told nothing, and knows why.
      if (!incoming.destroyed || incoming.complete) options.onFailure(error);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  };
}

/** One request, and its answer. */
class Exchange {
  readonly #method: string;
  readonly #url: string;
  #body: Promise<Buffer> | undefined;

  constructor(
    private readonly incoming: IncomingMessage,
    private readonly outgoing: ServerResponse,
    private readonly options: GatewayOptions,
    private readonly notes: Notes,
  ) {
    this.#method = incoming.method ?? 'GET';
    this.#url = incoming.url ?? '/';
  }

  async serve(origin: Origin): Promise<void> {
    const { headers } = this.incoming;
    const addressee = addresseeOf(headers, this.#url);
    this.notes.service = addressee?.service;
    const protocol = protocolOf(addressee?.service, headers['x-amz-target']);
    const { admission } = this.options;
    if (admission.isNeeded(origin, this.incoming)) {
      try {
        const caller = await admission.admit(this.incoming, addressee, await this.#readBody());
        this.notes.instanceId = caller.instanceId;
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return this.#refuse(protocol, error);
      }
    }
    if (addressee === undefined) return this.#forward();
    switch (addressee.service) {
      case 's3':
        return this.#serveS3();
      case 'ssm':
        return this.#serveSsm(addressee.region);
      default:
        return this.#serveQuery(addressee.service, addressee.region);
    }
  }

  async #serveS3(): Promise<void> {
    const { bucketPolicies } = this.options;
    const answer = bucketPolicies.answer(this.#method, this.#url, () => this.#readBody());
    if (answer === undefined) {
      await this.#forward();
      const bucket = /^\/([^/?]+)\/?$/.exec(this.#url)?.[1];
      if (this.#method === 'DELETE' && bucket !== undefined && this.outgoing.statusCode === 204)
        bucketPolicies.forget(bucket);
      return;
    }
    try {
      const { status, contentType, body } = await answer;
      this.#send(status, contentType, body, randomUUID());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#refuse('s3', error);
    }
  }

  async #serveSsm(region: string): Promise<void> {
    const body = await this.#readBody();
    const target = this.incoming.headers['x-amz-target'];
    this.notes.action = operationOf(target);
    const answer = answerPublicParameters(
      target,
      body.toString('utf8'),
      this.options.publicParameters,
      region,
    );
    if (answer === undefined) return this.#forward();
    this.#send(answer.status, 'application/x-amz-json-1.1', JSON.stringify(answer.body), randomUUID());
  }

  async #serveQuery(service: string, region: string): Promise<void> {
    const own = this.options.services[service];
    if (own === undefined && !watched.has(service)) return this.#forward();
    const form = (await this.#readBody()).toString('utf8');
    const input = parseQuery(form);
    const action = typeof input.Action === 'string' ? input.Action : '';
    this.notes.action = action;
    const answer = own?.answer(action, input, region);
    if (own !== undefined && answer !== undefined) return this.#answerQuery(own.namespace, action, answer);
    const relayed = this.options.relays[service]?.answer({ action, input, form, region });
    if (relayed === undefined) await this.#forward();
    else await this.#answerRelayed(relayed);
    if (!/^(Describe|Get|List)/.test(action)) this.options.onWrite(service, action);
  }

  async #answerQuery(namespace: string, action: string, answer: Promise<QueryOutput>): Promise<void> {
    const requestId = randomUUID();
    const [status, xml] = await answer.then(
      (output): [number, string] => [200, renderResult(namespace, action, output, requestId)],
      (error: unknown): [number, string] => {
        const known = error instanceof AwsError ? error : internalFailure(error);
        if (known !== error) this.options.onFailure(error);
        this.notes.refusal = known;
        return [known.status, renderError(namespace, known, requestId)];
      },
    );
    this.#send(status, 'text/xml', xml, requestId);
  }

  async #answerRelayed(relayed: Promise<RelayedAnswer>): Promise<void> {
    try {
      const { status, body } = await relayed;
      this.#send(status, 'text/xml', body, randomUUID());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#refuse('ec2', error);
    }
  }

  #refuse(protocol: Protocol, error: AwsError): void {
    this.notes.refusal = error;
    const requestId = randomUUID();
    const { status, contentType, body } = renderFor(protocol, error, requestId);
    this.#send(status, contentType, body, requestId);
  }

  #send(status: number, contentType: string, body: string, requestId: string): void {
    this.outgoing.writeHead(status, { 'content-type': contentType, 'x-amzn-requestid': requestId });
    this.outgoing.end(this.#method === 'HEAD' ? undefined : body);
  }

  #readBody(): Promise<Buffer> {
    this.#body ??= buffer(this.incoming);
    return this.#body;
  }

  async #forward(): Promise<void> {
    await forward(this.incoming, this.outgoing, this.options.motoUrl, await this.#body);
  }
}

function internalFailure(error: unknown): AwsError {
  const text = error instanceof Error ? error.message : String(error);
  return new AwsError('InternalFailure', `The lab failed to answer: ${text}`, 500);
}
