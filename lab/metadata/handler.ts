/** The metadata service as an HTTP server sees it: who asks is told by the address that the request comes from. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { answer } from './answer';
import type { InstanceView } from './instance-view';
import type { SessionTokens } from './session-tokens';

export interface MetadataOptions {
  /** Undefined where no instance has this private address. */
  readonly instanceAt: (address: string) => Promise<InstanceView | undefined>;
  readonly tokens: SessionTokens;
  /** Resolves when the answer may go out. */
  readonly delay: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

export function metadataHandler(options: MetadataOptions): RequestListener {
  return (incoming, outgoing) => {
    serve(incoming, outgoing, options).catch((error: unknown) => {
      options.onFailure(error);
      if (!outgoing.headersSent) outgoing.writeHead(503);
      outgoing.end();
    });
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { instanceAt, tokens, delay }: MetadataOptions,
): Promise<void> {
  incoming.resume();
  await delay();
  const instance = await instanceAt(sourceAddress(incoming));
  const { method = 'GET', url = '/', headers } = incoming;
  if (instance === undefined) {
    outgoing.writeHead(404).end();
    return;
  }
  const { status, body, headers: answered } = answer({ method, url, headers }, instance, tokens);
  outgoing.writeHead(status, {
    ...answered,
    'content-length': Buffer.byteLength(body),
    server: 'EC2ws',
  });
  outgoing.end(method === 'HEAD' ? undefined : body);
}

/** IPv4, also where the socket is one for both families. */
export function sourceAddress({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
