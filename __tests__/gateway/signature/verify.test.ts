import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Refusal } from '../../../lab/gateway/refusal';
import type { HttpRequest } from '../../../lab/gateway/signature/canonical-request';
import { verifySignature } from '../../../lab/gateway/signature/verify';

const now = Date.parse('2026-11-25T10:00:00Z');
const key = {
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE/+==',
  expiresAt: now + 3_600_000,
};
const keyOf = (id: string) => (id === 'ASIAEXAMPLE' ? key : undefined);

type Signed = HttpRequest & { readonly body: Buffer };

interface ToSign {
  readonly service?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly at?: number;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

class Sha256 {
  readonly #hash;
  constructor(secret?: Uint8Array | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

function signer({ service = 's3', credentials }: ToSign): SignatureV4 {
  return new SignatureV4({
    service,
    region: 'eu-central-1',
    sha256: Sha256 as never,
    // As the SDK sets it for S3 alone.
    uriEscapePath: service !== 's3',
    applyChecksum: true,
    credentials: credentials ?? { accessKeyId: 'ASIAEXAMPLE', ...key },
  });
}

/** What the AWS SDK would send. */
async function sign(what: ToSign): Promise<Signed> {
  const { method = 'GET', path = '/', query = {}, headers = {}, body = '', at = now } = what;
  const signed = await signer(what).sign(
    {
      method,
      protocol: 'http:',
      hostname: '10.0.0.1',
      port: 4566,
      path,
      query,
      headers: { host: '10.0.0.1:4566', ...headers },
      body,
    },
    { signingDate: new Date(at) },
  );
  return arrived(method, path, signed.query ?? {}, signed.headers, body);
}

function arrived(
  method: string,
  path: string,
  query: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
  body: string,
): Signed {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  );
  return {
    method,
    url: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body),
  };
}

function verify(request: Signed, at = now): string {
  try {
    verifySignature(request, keyOf, at);
    return 'accepted';
  } catch (error) {
    return (error as Refusal).kind;
  }
}

describe("what the AWS SDK's own signer signs is accepted", () => {
  const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  test.each<[string, ToSign]>([
    ['an object', { path: '/bucket/releases/app.tar.gz', headers: unsigned }],
    [
      'a version of an object',
      { path: '/bucket/key', query: { versionId: '3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY' } },
    ],
    ['a key that needs encoding', { path: '/bucket/a%20b%2Bc/%C3%A4%28%29%21' }],
    ['a key with two slashes and dots', { path: '/bucket/a//b/../c' }],
    ['several parameters', { path: '/bucket', query: { prefix: 'b a/', 'list-type': '2', delimiter: '~' } }],
    [
      'parameters whose order encoding changes',
      { path: '/b', query: { 'a-b': '1', a: '2', A: '3', 'a b': '4' } },
    ],
    ['a parameter with several values', { path: '/b', query: { a: ['2', '1'] } }],
    ['an object that is written', { method: 'PUT', path: '/bucket/key', body: 'a body' }],
    ['a form', { service: 'autoscaling', method: 'POST', body: 'Action=DescribeTags&Version=2011-01-01' }],
    [
      'JSON',
      {
        service: 'ssm',
        method: 'POST',
        body: '{"Name":"/a"}',
        headers: { 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' },
      },
    ],
    ['a path of another service than S3', { service: 'execute-api', path: '/a%20b/%C3%A4' }],
    ['spaces around and within a header', { headers: { 'x-amz-meta-a': '  a   b ' } }],
  ])('%s', async (_what, toSign) => {
    expect(verify(await sign(toSign))).toBe('accepted');
  });

  test('a presigned URL, until it expires', async () => {
    const presigned = await signer({}).presign(
      {
        method: 'GET',
        protocol: 'http:',
        hostname: 'h',
        path: '/bucket/key',
        query: {},
        headers: { host: 'h', ...unsigned },
      },
      { signingDate: new Date(now), expiresIn: 600 },
    );
    const request = arrived('GET', '/bucket/key', presigned.query ?? {}, { host: 'h' }, '');
    expect(verify(request, now + 599_000)).toBe('accepted');
    expect(verify(request, now + 601_000)).toBe('wrong-time');
  });
});

describe('what was changed on the way is refused', () => {
  test.each<[string, (signed: Signed) => Signed]>([
    ['the path', (signed) => ({ ...signed, url: '/bucket/other' })],
    ['the query', (signed) => ({ ...signed, url: `${signed.url}?versionId=1` })],
    ['the method', (signed) => ({ ...signed, method: 'DELETE' })],
    ['the host', (signed) => ({ ...signed, headers: { ...signed.headers, host: 'elsewhere' } })],
    [
      'a header of AWS that is added',
      (signed) => ({ ...signed, headers: { ...signed.headers, 'x-amz-acl': 'x' } }),
    ],
  ])('%s', async (_what, change) => {
    expect(verify(change(await sign({ path: '/bucket/key' })))).toBe('wrong-signature');
  });

  test('the body', async () => {
    const form = await sign({ service: 'autoscaling', method: 'POST', body: 'Action=DescribeTags' });
    expect(verify({ ...form, body: Buffer.from('Action=DeleteTags') })).toBe('wrong-signature');
    const object = await sign({ method: 'PUT', path: '/bucket/key', body: 'a body' });
    expect(verify({ ...object, body: Buffer.from('another') })).toBe('wrong-payload');
  });
});

describe('who signed must be known, and it must have been a moment ago', () => {
  test.each<[string, NonNullable<ToSign['credentials']>, string]>([
    ['an unknown key', { accessKeyId: 'ASIAOTHER', ...key }, 'unknown-key'],
    ['a wrong secret', { accessKeyId: 'ASIAEXAMPLE', ...key, secretAccessKey: 'wrong' }, 'wrong-signature'],
    ['a wrong token', { accessKeyId: 'ASIAEXAMPLE', ...key, sessionToken: 'wrong' }, 'unknown-token'],
    ['no token', { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: key.secretAccessKey }, 'unknown-token'],
  ])('%s', async (_what, credentials, kind) => {
    expect(verify(await sign({ credentials }))).toBe(kind);
  });

  test.each([
    ['autoscaling', 5],
    ['s3', 15],
  ])('%s takes a clock that is %s minutes off, and no more', async (service, minutes) => {
    const request = await sign({ service });
    expect(verify(request, now + minutes * 60_000)).toBe('accepted');
    expect(verify(request, now - minutes * 60_000)).toBe('accepted');
    expect(verify(request, now + minutes * 60_000 + 1_000)).toBe('wrong-time');
    expect(verify(request, now - minutes * 60_000 - 1_000)).toBe('wrong-time');
  });

  test('expired credentials', async () => {
    expect(verify(await sign({ at: key.expiresAt }), key.expiresAt)).toBe('expired-token');
  });

  test.each<[string, (headers: HttpRequest['headers']) => HttpRequest['headers'], string]>([
    ['no signature', ({ host }) => ({ host }), 'anonymous'],
    ['another scheme', (headers) => ({ ...headers, authorization: 'AWS ASIAEXAMPLE:c2ln' }), 'incomplete'],
    ['no date', ({ 'x-amz-date': _date, ...headers }) => headers, 'incomplete'],
    [
      'a date that is not the one of its scope',
      (headers) => ({ ...headers, 'x-amz-date': '20261124T100000Z' }),
      'incomplete',
    ],
  ])('%s', async (_what, change, kind) => {
    const signed = await sign({});
    expect(verify({ ...signed, headers: change(signed.headers) })).toBe(kind);
  });
});
