/** Why a request is refused before it reaches a service, and how each of AWS's protocols puts it. */
import { XMLBuilder } from 'fast-xml-parser';
import { AwsError } from '../aws-error';

export type RefusalKind =
  | 'anonymous'
  | 'incomplete'
  | 'unknown-key'
  | 'unknown-token'
  | 'expired-token'
  | 'wrong-time'
  | 'wrong-signature'
  | 'wrong-payload'
  | 'denied';

export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    /** What AWS says itself where the request is denied; else what the lab adds to AWS's sentence. */
    readonly detail?: string,
  ) {
    super(detail === undefined ? kind : `${kind}: ${detail}`);
    this.name = 'Refusal';
  }
}

export type Protocol = 's3' | 'ec2' | 'json' | 'query';

/** Where no signature names a service, it was S3 that was asked without one, unless something speaks against it. */
export function protocolOf(service: string | undefined, target: unknown): Protocol {
  if (service === 's3' || service === 'ec2') return service;
  if (target !== undefined) return 'json';
  return service === undefined ? 's3' : 'query';
}

type Code = readonly [code: string, status: number];

/**
 * The common errors of each protocol.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html
 */
const codes: Readonly<Record<Protocol, Readonly<Record<RefusalKind, Code>>>> = {
  s3: {
    anonymous: ['AccessDenied', 403],
    incomplete: ['AuthorizationHeaderMalformed', 400],
    'unknown-key': ['InvalidAccessKeyId', 403],
    'unknown-token': ['InvalidToken', 400],
    'expired-token': ['ExpiredToken', 400],
    'wrong-time': ['RequestTimeTooSkewed', 403],
    'wrong-signature': ['SignatureDoesNotMatch', 403],
    'wrong-payload': ['XAmzContentSHA256Mismatch', 400],
    denied: ['AccessDenied', 403],
  },
  ec2: {
    anonymous: ['MissingAuthenticationToken', 403],
    incomplete: ['IncompleteSignature', 400],
    'unknown-key': ['AuthFailure', 401],
    'unknown-token': ['AuthFailure', 401],
    'expired-token': ['RequestExpired', 400],
    'wrong-time': ['RequestExpired', 400],
    'wrong-signature': ['AuthFailure', 401],
    'wrong-payload': ['AuthFailure', 401],
    denied: ['UnauthorizedOperation', 403],
  },
  query: {
    anonymous: ['MissingAuthenticationToken', 403],
    incomplete: ['IncompleteSignature', 403],
    'unknown-key': ['InvalidClientTokenId', 403],
    'unknown-token': ['InvalidClientTokenId', 403],
    'expired-token': ['ExpiredToken', 403],
    'wrong-time': ['SignatureDoesNotMatch', 403],
    'wrong-signature': ['SignatureDoesNotMatch', 403],
    'wrong-payload': ['SignatureDoesNotMatch', 403],
    denied: ['AccessDenied', 403],
  },
  json: {
    anonymous: ['MissingAuthenticationTokenException', 400],
    incomplete: ['IncompleteSignatureException', 400],
    'unknown-key': ['UnrecognizedClientException', 400],
    'unknown-token': ['UnrecognizedClientException', 400],
    'expired-token': ['ExpiredTokenException', 400],
    'wrong-time': ['InvalidSignatureException', 400],
    'wrong-signature': ['InvalidSignatureException', 400],
    'wrong-payload': ['InvalidSignatureException', 400],
    denied: ['AccessDeniedException', 400],
  },
};

const sentences: Readonly<Record<RefusalKind, string>> = {
  anonymous: 'Request is missing Authentication Token',
  incomplete: 'The request signature does not conform to AWS standards.',
  'unknown-key': 'The AWS access key ID you provided does not exist in our records.',
  'unknown-token': 'The security token included in the request is invalid.',
  'expired-token': 'The security token included in the request is expired',
  'wrong-time': 'The difference between the request time and the current time is too large.',
  'wrong-signature':
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  'wrong-payload': "The provided 'x-amz-content-sha256' header does not match what was computed.",
  denied: 'Access Denied',
};

export function errorOf({ kind, detail }: Refusal, protocol: Protocol): AwsError {
  const [code, status] = codes[protocol][kind];
  const added = detail === undefined ? '' : ` (${detail})`;
  return new AwsError(code, kind === 'denied' && detail ? detail : `${sentences[kind]}${added}`, status);
}

export interface RenderedError {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const builder = new XMLBuilder({});

export function renderFor(
  protocol: Protocol,
  { code, message, status }: AwsError,
  requestId: string,
): RenderedError {
  const rendered = bodyOf(protocol, code, message, status, requestId);
  return typeof rendered === 'string'
    ? { status, contentType: 'application/x-amz-json-1.1', body: rendered }
    : {
        status,
        contentType: 'text/xml',
        body: `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(rendered)}`,
      };
}

function bodyOf(
  protocol: Protocol,
  code: string,
  message: string,
  status: number,
  requestId: string,
): object | string {
  switch (protocol) {
    case 's3':
      return { Error: { Code: code, Message: message, RequestId: requestId } };
    case 'ec2':
      return {
        Response: { Errors: { Error: { Code: code, Message: message } }, RequestID: requestId },
      };
    case 'query':
      return {
        ErrorResponse: {
          Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message },
          RequestId: requestId,
        },
      };
    case 'json':
      return JSON.stringify({ __type: code, message });
  }
}
