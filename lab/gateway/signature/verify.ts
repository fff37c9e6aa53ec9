/** Whether a request was signed by whom it says, now, and as it arrived: Signature Version 4. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../refusal';
import { canonicalRequest, type HttpRequest } from './canonical-request';
import { parseSignature, type StatedSignature, saysSigned } from './parse';

export interface SecretKey {
  readonly secretAccessKey: string;
  /** Temporary credentials are nothing without theirs. */
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Minutes that a request's time may be off, before and behind. */
const skew = {
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
  any: 5,
  /** `RequestTimeTooSkewed`, https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
  s3: 15,
} as const;

/** @throws Refusal */
export function verifySignature<Key extends SecretKey>(
  request: HttpRequest & { readonly body: Buffer },
  keyOf: (accessKeyId: string) => Key | undefined,
  now: number,
): Key {
  const stated = parseSignature(request);
  if (stated === undefined) throw new Refusal(saysSigned(request) ? 'incomplete' : 'anonymous');
  const key = keyOf(stated.accessKeyId);
  if (key === undefined) throw new Refusal('unknown-key');
  if (stated.sessionToken !== key.sessionToken) throw new Refusal('unknown-token');
  if (now >= key.expiresAt) throw new Refusal('expired-token');
  checkTime(stated, now);
  checkSignedHeaders(request, stated);
  const payloadHash = payloadHashOf(request, stated);
  const expected = signatureOf(key.secretAccessKey, stated, request, payloadHash);
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(stated.signature, 'hex')))
    throw new Refusal('wrong-signature');
  return key;
}

function checkTime({ time, service, expires }: StatedSignature, now: number): void {
  const at = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  const minutes = service === 's3' ? skew.s3 : skew.any;
  const early = at - now > minutes * 60_000;
  const late = now - at > (expires === undefined ? minutes * 60_000 : expires * 1000);
  if (early || late)
    throw new Refusal('wrong-time', `it is of ${time}, now is ${amzDate(now)}, ${minutes} min are allowed`);
}

/** What isn't signed, anybody on the way could have put there. */
function checkSignedHeaders({ headers }: HttpRequest, { signedHeaders }: StatedSignature): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0)
    throw new Refusal('wrong-signature', `these headers are not signed: ${unsigned.join(', ')}`);
}

function payloadHashOf(
  { headers, body }: HttpRequest & { readonly body: Buffer },
  { service, expires }: StatedSignature,
): string {
  const stated = headers['x-amz-content-sha256'];
  const actual = sha256(body);
  if (service !== 's3') return actual;
  if (typeof stated !== 'string') return expires === undefined ? actual : 'UNSIGNED-PAYLOAD';
  // UNSIGNED-PAYLOAD, or a STREAMING-… whose chunks are signed one by one: the word itself is signed.
  if (!/^[0-9a-f]{64}$/.test(stated)) return stated;
  if (stated !== actual) throw new Refusal('wrong-payload');
  return stated;
}

function signatureOf(
  secretAccessKey: string,
  { date, region, service, time, signedHeaders }: StatedSignature,
  request: HttpRequest,
  payloadHash: string,
): string {
  const canonical = canonicalRequest(request, { service, signedHeaders, payloadHash });
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signingKey = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  return hmac(signingKey, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function amzDate(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
}
