/**
 * Policies of buckets. They are kept here and not in moto, which takes no notice of their conditions: a policy that
 * denies what isn't TLS would lock everybody out there.
 */
import { AwsError } from '../aws-error';
import { type Policy, PolicyUnreadable, parsePolicy } from './permissions/policy';

export interface BucketAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

interface Kept {
  readonly document: string;
  readonly policy: Policy;
}

export class BucketPolicies {
  readonly #byBucket = new Map<string, Kept>();

  /** @param exists whether there is a bucket of that name */
  constructor(private readonly exists: (bucket: string) => Promise<boolean>) {}

  of(bucket: string): Policy | undefined {
    return this.#byBucket.get(bucket)?.policy;
  }

  /** A bucket that is deleted takes its policy along. */
  forget(bucket: string): void {
    this.#byBucket.delete(bucket);
  }

  /** Undefined when the request is none of these: `?policy`, `?policyStatus`. @throws AwsError */
  answer(method: string, url: string, body: () => Promise<Buffer>): Promise<BucketAnswer> | undefined {
    const [, bucket, query = ''] = /^\/([^/?]+)\/?\?(.*)$/s.exec(url) ?? [];
    if (bucket === undefined) return undefined;
    const parameters = new URLSearchParams(query);
    if (method === 'GET' && parameters.has('policyStatus')) return this.#status(bucket);
    if (!parameters.has('policy')) return undefined;
    if (method === 'GET') return this.#get(bucket);
    if (method === 'PUT') return this.#put(bucket, body);
    return method === 'DELETE' ? this.#delete(bucket) : undefined;
  }

  async #get(bucket: string): Promise<BucketAnswer> {
    const { document } = await this.#kept(bucket);
    return { status: 200, contentType: 'application/json', body: document };
  }

  async #status(bucket: string): Promise<BucketAnswer> {
    const { policy } = await this.#kept(bucket);
    const body =
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
      `<PolicyStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsPublic>${isPublic(policy)}</IsPublic></PolicyStatus>`;
    return { status: 200, contentType: 'application/xml', body };
  }

  async #put(bucket: string, body: () => Promise<Buffer>): Promise<BucketAnswer> {
    const document = (await body()).toString('utf8');
    await this.#check(bucket);
    try {
      this.#byBucket.set(bucket, { document, policy: parsePolicy(`of bucket ${bucket}`, document) });
    } catch (error) {
      if (!(error instanceof PolicyUnreadable)) throw error;
      throw new AwsError('MalformedPolicy', error.message);
    }
    return nothing;
  }

  async #delete(bucket: string): Promise<BucketAnswer> {
    await this.#check(bucket);
    this.forget(bucket);
    return nothing;
  }

  async #kept(bucket: string): Promise<Kept> {
    await this.#check(bucket);
    const kept = this.#byBucket.get(bucket);
    if (kept !== undefined) return kept;
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
  }

  async #check(bucket: string): Promise<void> {
    if (await this.exists(bucket)) return;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  }
}

const nothing: BucketAnswer = { status: 204, contentType: 'text/plain', body: '' };

/** Simpler than AWS's own judgement: whatever allows everybody something without a condition. */
function isPublic({ statements }: Policy): boolean {
  return statements.some(
    ({ effect, principals, conditions }) =>
      effect === 'Allow' && principals?.patterns.includes('*') === true && conditions.length === 0,
  );
}
