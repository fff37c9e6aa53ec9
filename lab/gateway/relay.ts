/** Requests that moto answers and the lab has a say in: before they go there, or in what comes back. */
import type { QueryInput } from './query-protocol';

export interface Relay {
  /** Undefined: moto's affair alone. */
  answer(request: RelayedRequest): Promise<RelayedAnswer> | undefined;
}

export interface RelayedRequest {
  readonly action: string;
  readonly input: QueryInput;
  /** The form as it came. */
  readonly form: string;
  readonly region: string;
}

/** @throws AwsError */
export interface RelayedAnswer {
  readonly status: number;
  /** XML. */
  readonly body: string;
}

/** Asks moto's EC2, and answers what it answered. */
export type AskMoto = (form: string) => Promise<RelayedAnswer>;

export function askEc2(motoUrl: string, region: string): AskMoto {
  return async (form) => {
    const answer = await fetch(motoUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        // moto looks at nothing of it but the names of service and region.
        authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: form,
    });
    return { status: answer.status, body: await answer.text() };
  };
}
