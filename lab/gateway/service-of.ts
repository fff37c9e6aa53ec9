/** Which AWS service a request is for, by what it says itself; the path and the host are all the gateway's own. */
import type { IncomingHttpHeaders } from 'node:http';

export interface Addressee {
  /** The signing name, as in a credential scope: `ec2`, `autoscaling`, `elasticloadbalancing`, `s3`. */
  readonly service: string;
  readonly region: string;
}

/**
 * From the credential scope of Signature Version 4, `<key>/<date>/<region>/<service>/aws4_request`, in the header or,
 * where the URL is presigned, in the query.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function addresseeOf(headers: IncomingHttpHeaders, url: string): Addressee | undefined {
  // Not by URL: it takes `//key` for a host, and throws where that is none.
  const presigned = new URLSearchParams(url.replace(/^[^?]*/, '')).get('X-Amz-Credential');
  const scope = presigned ?? /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const [, , region, service] = scope?.split('/') ?? [];
  return region === undefined || service === undefined ? undefined : { service, region };
}
