/**
 * Who is let in. What comes from inside a VPC, or with a key that the lab gave to an instance, must be signed and
 * allowed. The user's own requests come from this host with the lab's fixed key, and nobody asks them anything.
 */
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../aws-error';
import type { Faults } from '../faults';
import type { RoleCredentials } from '../metadata/credentials';
import { sourceAddress } from '../metadata/handler';
import type { Authorization } from './authorization';
import { parseQuery } from './query-protocol';
import { errorOf, protocolOf, Refusal } from './refusal';
import type { Addressee } from './service-of';

/** Where the connection comes from. */
export type Origin = 'host' | 'vpc';

export class Admission {
  constructor(
    private readonly authorization: Authorization,
    private readonly accountId: string,
    private readonly faults: Faults,
  ) {}

  isNeeded(origin: Origin, { headers, url = '/' }: IncomingMessage): boolean {
    return (
      origin === 'vpc' || /(?:Credential=|X-Amz-Credential=)ASIA/.test(`${headers.authorization} ${url}`)
    );
  }

  /** @throws AwsError, with the code and the status of the service's protocol */
  async admit(
    incoming: IncomingMessage,
    addressee: Addressee | undefined,
    body: Buffer,
  ): Promise<RoleCredentials> {
    const { method = 'GET', url = '/', headers } = incoming;
    try {
      const caller = await this.authorization.check({
        method,
        url,
        headers,
        body,
        service: addressee?.service ?? '',
        region: addressee?.region ?? '',
        accountId: this.accountId,
        sourceAddress: sourceAddress(incoming),
      });
      this.#breakOnPurpose(addressee?.service, body);
      return caller;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw errorOf(error, protocolOf(addressee?.service, headers['x-amz-target']));
    }
  }

  #breakOnPurpose(service: string | undefined, body: Buffer): void {
    const s3 = service === 's3' ? this.faults.active('s3') : undefined;
    if (s3?.status === 403) throw new AwsError('AccessDenied', 'Access Denied', 403);
    if (s3?.status === 503) throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
    const lifecycle = service === 'autoscaling' ? this.faults.active('lifecycle') : undefined;
    if (lifecycle === undefined || parseQuery(body.toString('utf8')).Action !== 'CompleteLifecycleAction')
      return;
    throw lifecycle.status === 500
      ? new AwsError('InternalFailure', 'An internal error has occurred.', 500)
      : new AwsError('ValidationError', 'The lab was told to refuse this.', 400);
  }
}
