/** Passes a request on to moto as it came, and the answer back. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';

/** @param body in place of what has been read of it already; undefined where nothing has */
export function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  motoUrl: string,
  body: string | Buffer | undefined,
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
