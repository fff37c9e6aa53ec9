/** One line for each request once it is answered: when, for whom, what, how, how long, and why it was refused. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from '../aws-error';

/** What of a request only its serving tells. */
export interface Notes {
  service?: string;
  /** Where method and path don't tell what it is. */
  action?: string;
  /** The instance that signed it. */
  instanceId?: string;
  refusal?: AwsError;
}

export function logWhenAnswered(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  notes: Notes,
  log: (line: string) => void,
): void {
  const begin = Date.now();
  outgoing.once('close', () => {
    const { service = '-', action = `${incoming.method} ${incoming.url}`, instanceId, refusal } = notes;
    const how = outgoing.writableFinished ? outgoing.statusCode : 'broken off';
    const who = instanceId === undefined ? '' : ` by ${instanceId}`;
    const why = refusal === undefined ? '' : ` ${refusal.code}: ${refusal.message}`;
    log(`${new Date(begin).toISOString()} ${service} ${action} ${how} ${Date.now() - begin} ms${who}${why}`);
  });
}
