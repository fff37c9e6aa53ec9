/**
 * The AWS that boot scripts ask, for tests of the scripts: instance metadata with its token dance, an S3 bucket,
 * Auto Scaling's CompleteLifecycleAction and SSM's GetParameters. It believes every signature, but insists on one.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  /** `imds`, or the service in the signature's scope. */
  readonly service: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
}

export interface FakeAwsOptions {
  readonly instanceId?: string;
  /** By path with version, such as `/bucket/releases/app.tar.gz?versionId=v1`. */
  readonly objects?: Readonly<Record<string, Buffer>>;
  readonly parameters?: Readonly<Record<string, string>>;
}

export const fakeCredentials = {
  AccessKeyId: 'ASIAFAKEFAKEFAKEFAKE',
  SecretAccessKey: 'the+secret/access=key',
  Token: 'the//session+token==',
};

const token = 'a-token-of-the-metadata-service';

export class FakeAws {
  readonly asked: Asked[] = [];
  /** Answers in place of what follows, where it returns something; a promise makes it slow. */
  instead: (asked: Asked) => Answer | undefined | Promise<Answer | undefined> = () => undefined;
  /** What `spot/instance-action` says; undefined: 404. */
  spotNotice: string | undefined;
  readonly #servers: Server[] = [];

  constructor(readonly options: FakeAwsOptions = {}) {}

  /** @returns its address, such as `http://127.0.0.1:40123` */
  async listen(port = 0, host = '127.0.0.1'): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return `http://${host}:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  /** What was said of the launch: `CONTINUE`, `ABANDON`, in order. */
  get lifecycleResults(): string[] {
    return this.asked
      .filter(({ service }) => service === 'autoscaling')
      .map(({ body }) => new URLSearchParams(body).get('LifecycleActionResult') ?? '');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.setEncoding('utf8');
    const asked: Asked = {
      service: serviceOf(request),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: (await request.toArray()).join(''),
    };
    this.asked.push(asked);
    const { status, body = '' } = (await this.instead(asked)) ?? this.#answer(asked);
    response.writeHead(status).end(body);
  }

  #answer(asked: Asked): Answer {
    switch (asked.service) {
      case 'imds':
        return this.#metadata(asked);
      case 's3':
        return this.#object(asked.url);
      case 'autoscaling':
        return { status: 200, body: '<CompleteLifecycleActionResponse/>' };
      case 'ssm':
        return this.#getParameters(asked.body);
      default:
        return { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' };
    }
  }

  #metadata({ method, url, headers }: Asked): Answer {
    if (method === 'PUT') {
      const asks = url === '/latest/api/token' && 'x-aws-ec2-metadata-token-ttl-seconds' in headers;
      return asks ? { status: 200, body: token } : { status: 400 };
    }
    if (headers['x-aws-ec2-metadata-token'] !== token) return { status: 401 };
    const values: Readonly<Record<string, string | undefined>> = {
      'instance-id': this.options.instanceId ?? 'i-0123456789abcdef0',
      'placement/availability-zone': 'eu-central-1b',
      'instance-life-cycle': 'spot',
      'iam/security-credentials/': 'web-instance',
      'iam/security-credentials/web-instance': JSON.stringify(
        { Code: 'Success', Type: 'AWS-HMAC', ...fakeCredentials },
        undefined,
        2,
      ),
      'spot/instance-action': this.spotNotice,
    };
    const value = values[url.replace('/latest/meta-data/', '')];
    return value === undefined ? { status: 404 } : { status: 200, body: value };
  }

  #object(url: string): Answer {
    const object = this.options.objects?.[url];
    return object === undefined
      ? {
          status: 404,
          body: '<Error><Code>NoSuchKey</Code><Message>The key does not exist.</Message></Error>',
        }
      : { status: 200, body: object };
  }

  #getParameters(body: string): Answer {
    const { Names } = JSON.parse(body) as { Names: string[] };
    const known = this.options.parameters ?? {};
    return {
      status: 200,
      body: JSON.stringify({
        Parameters: Names.filter((name) => name in known).map((Name) => ({ Name, Value: known[Name] })),
        InvalidParameters: Names.filter((name) => !(name in known)),
      }),
    };
  }
}

function serviceOf({ url = '', headers }: IncomingMessage): string {
  if (url.startsWith('/latest/')) return 'imds';
  return /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? '';
}
