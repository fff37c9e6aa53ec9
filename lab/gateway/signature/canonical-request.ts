/**
 * The canonical form of a request, which client and server sign alike.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import type { IncomingHttpHeaders } from 'node:http';
import { decode, encode } from './encoding';

export interface HttpRequest {
  readonly method: string;
  /** Path and query as they arrived. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface CanonicalOptions {
  /** The service's signing name: S3 has rules of its own for the path. */
  readonly service: string;
  /** In lower case. */
  readonly signedHeaders: readonly string[];
  /** Hex SHA-256 of the body, or one of S3's words in its place. */
  readonly payloadHash: string;
}

export function canonicalRequest(
  { method, url, headers }: HttpRequest,
  { service, signedHeaders, payloadHash }: CanonicalOptions,
): string {
  const [, path = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  return [
    method,
    service === 's3' ? encodedOnce(path) : encodedTwice(path),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(headers[name])}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** An object's key is what it is: `a//b` and `a/../b` name other objects than `a/b` and `b`. */
function encodedOnce(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
}

function encodedTwice(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(encode(decode(segment))));
  }
  const slash = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

/** Sorted by code point; the signature of a presigned URL is not part of what it signs. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function canonicalValue(value: string | readonly string[] | undefined): string {
  const text = typeof value === 'object' ? value.join(',') : (value ?? '');
  return text.trim().replace(/ +/g, ' ');
}
