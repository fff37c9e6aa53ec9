/** A request as its permissions are looked at, and what of it tells which action it is. */
import type { HttpRequest } from '../signature/canonical-request';

export interface AttemptedAction {
  readonly action: string;
  readonly resource: string;
}

export interface AttemptedRequest extends HttpRequest {
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly body: Buffer;
}

export interface ResourceFacts {
  /** Undefined where there is no such group. */
  groupArn(name: string): string | undefined;
}

/** `AmazonSSM.GetParameters`: the operation's name stands behind the service's. */
export function operationOf(target: string | readonly string[] | undefined): string | undefined {
  return typeof target === 'string' ? /\.(\w+)$/.exec(target)?.[1] : undefined;
}

/** The body of a request of the JSON protocol; undefined where it is none. */
export function jsonOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
