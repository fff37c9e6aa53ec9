import { AwsError } from '../../lab/aws-error';
import { errorOf, protocolOf, Refusal, renderFor } from '../../lab/gateway/refusal';

test.each([
  ['s3', undefined, 's3'],
  ['ec2', undefined, 'ec2'],
  ['autoscaling', undefined, 'query'],
  ['ssm', 'AmazonSSM.GetParameter', 'json'],
  [undefined, undefined, 's3'],
  [undefined, 'AmazonSSM.GetParameter', 'json'],
])('service %s with the target %s speaks %s', (service, target, protocol) => {
  expect(protocolOf(service, target)).toBe(protocol);
});

test.each([
  ['s3', 'anonymous', 'AccessDenied', 403],
  ['s3', 'unknown-key', 'InvalidAccessKeyId', 403],
  ['s3', 'wrong-signature', 'SignatureDoesNotMatch', 403],
  ['s3', 'expired-token', 'ExpiredToken', 400],
  ['s3', 'wrong-time', 'RequestTimeTooSkewed', 403],
  ['s3', 'denied', 'AccessDenied', 403],
  ['query', 'anonymous', 'MissingAuthenticationToken', 403],
  ['query', 'unknown-key', 'InvalidClientTokenId', 403],
  ['query', 'wrong-signature', 'SignatureDoesNotMatch', 403],
  ['query', 'denied', 'AccessDenied', 403],
  ['ec2', 'unknown-key', 'AuthFailure', 401],
  ['ec2', 'denied', 'UnauthorizedOperation', 403],
  ['json', 'unknown-key', 'UnrecognizedClientException', 400],
  ['json', 'wrong-signature', 'InvalidSignatureException', 400],
  ['json', 'denied', 'AccessDeniedException', 400],
] as const)('in %s, %s is %s with status %s', (protocol, kind, code, status) => {
  expect(errorOf(new Refusal(kind), protocol)).toMatchObject({ code, status });
});

test('who is denied is told what, and why', () => {
  expect(errorOf(new Refusal('denied', 'User: a is not authorized'), 's3').message).toBe(
    'User: a is not authorized',
  );
});

test.each([
  [
    's3',
    'text/xml',
    '<Error><Code>AccessDenied</Code><Message>no &lt;you&gt;</Message><RequestId>r-1</RequestId></Error>',
  ],
  ['query', 'text/xml', '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>'],
  ['ec2', 'text/xml', '<Response><Errors><Error><Code>AccessDenied</Code>'],
  ['json', 'application/x-amz-json-1.1', '{"__type":"AccessDenied","message":"no <you>"}'],
] as const)('%s has a form of its own', (protocol, contentType, part) => {
  const rendered = renderFor(protocol, new AwsError('AccessDenied', 'no <you>', 403), 'r-1');
  expect(rendered).toMatchObject({ status: 403, contentType });
  expect(rendered.body).toContain(part);
});
