/** The instance metadata service, version 2 only, as launch templates with `http_tokens = "required"` have it (rules E1 to E3). */
import type { IncomingHttpHeaders } from 'node:http';
import type { InstanceView } from './instance-view';
import type { SessionTokens } from './session-tokens';
import { type Directory, type Entry, metadataTree } from './tree';

export interface MetadataRequest {
  readonly method: string;
  /** With its query, if it has one; that counts for nothing. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface MetadataAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
/** Six hours, in seconds. */
const longestTtl = 21_600;

export function answer(
  { method, url, headers }: MetadataRequest,
  instance: InstanceView,
  tokens: SessionTokens,
): MetadataAnswer {
  const path = url.replace(/\?.*$/s, '');
  if (method === 'PUT') return issueToken(path, headers, instance, tokens);
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Method Not Allowed');
  const token = headers['x-aws-ec2-metadata-token'];
  if (typeof token !== 'string' || !tokens.holds(token, instance.instanceId))
    return refuse(401, 'Unauthorized');
  const entry = find(path, instance);
  return entry === undefined
    ? refuse(404, 'Not Found')
    : { status: 200, body: typeof entry === 'string' ? entry : list(entry), headers: plainText };
}

/** A proxy that passes requests on adds X-Forwarded-For: whoever stands behind one gets no token. */
function issueToken(
  path: string,
  headers: IncomingHttpHeaders,
  { instanceId }: InstanceView,
  tokens: SessionTokens,
): MetadataAnswer {
  if (path !== '/latest/api/token')
    return versioned.test(path) && path.endsWith('/api/token')
      ? refuse(403, 'Forbidden')
      : refuse(405, 'Method Not Allowed');
  if (headers['x-forwarded-for'] !== undefined) return refuse(403, 'Forbidden');
  const ttl = headers[ttlHeader];
  if (typeof ttl !== 'string' || !/^\d+$/.test(ttl) || Number(ttl) < 1 || Number(ttl) > longestTtl)
    return refuse(400, 'Bad Request');
  return {
    status: 200,
    body: tokens.issue(instanceId, Number(ttl)),
    headers: { ...plainText, [ttlHeader]: ttl },
  };
}

/** Versions are dates; what is in them differs in nothing that the lab has. */
const versioned = /^\/(latest|\d{4}-\d\d-\d\d)\//;

function find(path: string, instance: InstanceView): Entry | undefined {
  if (path === '/') return { latest: {} };
  let entry: Entry | undefined = metadataTree(instance);
  for (const name of `${path}/`.replace(versioned, '').split('/')) {
    if (name === '') continue;
    if (typeof entry !== 'object' || !Object.hasOwn(entry, name)) return undefined;
    entry = entry[name];
  }
  return versioned.test(`${path}/`) ? entry : undefined;
}

/** One entry a line; directories end in a slash. */
function list(directory: Directory): string {
  return Object.entries(directory)
    .filter(([, entry]) => entry !== undefined)
    .map(([name, entry]) => (typeof entry === 'string' ? name : `${name}/`))
    .join('\n');
}

const plainText = { 'content-type': 'text/plain' };

function refuse(status: number, reason: string): MetadataAnswer {
  return { status, body: `${status} - ${reason}`, headers: plainText };
}
