/** What a VPC's router answers itself. */
import type { RequestListener } from 'node:http';

/** The request's `socket.remoteAddress` is the private address of the instance that asks. */
export interface RouterServices {
  /** The instance metadata service, http://169.254.169.254. */
  readonly metadata: RequestListener;
  /** The AWS endpoint; instances have its URL in `AWS_ENDPOINT_URL`. */
  readonly endpoint: RequestListener;
  /** The HTTP proxy that leads to the package archives and nowhere else. */
  readonly packages: RequestListener;
}

export const routerPorts: Readonly<Record<keyof RouterServices, number>> = {
  metadata: 80,
  endpoint: 4566,
  packages: 3128,
};

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html */
export const metadataAddress = '169.254.169.254';
