/** What a request says about its signature: in the `Authorization` header, or in the query of a presigned URL. */
import type { HttpRequest } from './canonical-request';

export interface StatedSignature {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  /** Hex. */
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly time: string;
  /** Seconds for which a presigned URL holds; undefined for a header. */
  readonly expires: number | undefined;
}

/** Undefined: it is not signed, or not completely. */
export function parseSignature(request: HttpRequest): StatedSignature | undefined {
  return request.headers.authorization === undefined ? fromQuery(request) : fromHeader(request);
}

/** Anything that says it is signed, however badly. */
export function saysSigned({ headers, url }: HttpRequest): boolean {
  return headers.authorization !== undefined || /[?&]X-Amz-Signature=/.test(url);
}

function fromHeader({ headers }: HttpRequest): StatedSignature | undefined {
  const authorization = headers.authorization ?? '';
  if (!authorization.startsWith('AWS4-HMAC-SHA256 ')) return undefined;
  return complete({
    credential: /Credential=([^,\s]+)/.exec(authorization)?.[1],
    signedHeaders: /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1],
    signature: /Signature=([0-9a-f]{64})/.exec(authorization)?.[1],
    time: single(headers['x-amz-date']),
    sessionToken: single(headers['x-amz-security-token']),
    expires: undefined,
  });
}

function fromQuery({ url }: HttpRequest): StatedSignature | undefined {
  // Not by URL: it takes `//key` for a host, and throws where that is none.
  const query = new URLSearchParams(url.replace(/^[^?]*/, ''));
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return undefined;
  const expires = Number(query.get('X-Amz-Expires'));
  // A week at most. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800) return undefined;
  return complete({
    credential: query.get('X-Amz-Credential') ?? undefined,
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? undefined,
    signature: /^[0-9a-f]{64}$/.exec(query.get('X-Amz-Signature') ?? '')?.[0],
    time: query.get('X-Amz-Date') ?? undefined,
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expires,
  });
}

interface Parts {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly time: string | undefined;
  readonly sessionToken: string | undefined;
  readonly expires: number | undefined;
}

function complete({
  credential,
  signedHeaders,
  signature,
  time,
  ...rest
}: Parts): StatedSignature | undefined {
  const [accessKeyId, date, region, service, end] = credential?.split('/') ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || service === undefined)
    return undefined;
  if (end !== 'aws4_request' || signedHeaders === undefined || signature === undefined) return undefined;
  if (time === undefined || !/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(date)) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    time,
    ...rest,
  };
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
