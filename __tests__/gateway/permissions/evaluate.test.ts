import { type Attempt, evaluate, type Policies } from '../../../lab/gateway/permissions/evaluate';
import { parsePolicy } from '../../../lab/gateway/permissions/policy';

const principal = {
  sessionArn: 'arn:aws:sts::123456789012:assumed-role/web/i-1',
  roleArn: 'arn:aws:iam::123456789012:role/web',
  accountId: '123456789012',
};

const context = new Map([
  ['aws:principalarn', [principal.roleArn]],
  ['aws:securetransport', ['true']],
  ['aws:sourceip', ['10.0.1.4']],
  ['aws:userid', ['web:i-1']],
  ['aws:currenttime', ['2026-11-25T10:00:00Z']],
  ['s3:max-keys', ['10']],
  ['aws:tagkeys', ['a', 'b']],
]);

const attempt: Attempt = {
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::bucket/releases/app.tar.gz',
  principal,
  context,
};

type Statement = Readonly<Record<string, unknown>>;
const policy = (...statements: Statement[]) =>
  parsePolicy('inline', JSON.stringify({ Version: '2012-10-17', Statement: statements }));

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

function decide(policies: Partial<Policies>, made: Partial<Attempt> = {}) {
  const decision = evaluate(
    { ...attempt, ...made },
    { identity: [], boundary: undefined, resource: undefined, ...policies },
  );
  return decision.allowed ? 'allowed' : decision.reason;
}

const notAllowed = 'because no identity-based policy allows the s3:GetObject action';

describe("a role's policy", () => {
  test.each<[string, Statement]>([
    ['the action and any resource', allow],
    ['a list of actions', { ...allow, Action: ['s3:PutObject', 's3:GetObject'] }],
    ['an action with a wildcard', { ...allow, Action: 's3:Get*' }],
    ['an action in other letters', { ...allow, Action: 'S3:getobject' }],
    ['every action', { ...allow, Action: '*' }],
    ['all actions but others', { Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }],
    ['the resource', { ...allow, Resource: attempt.resource }],
    ['a resource with a wildcard', { ...allow, Resource: 'arn:aws:s3:::bucket/releases/*' }],
    ['a resource with a question mark', { ...allow, Resource: 'arn:aws:s3:::bucket/releases/app.tar.g?' }],
    ['all resources but others', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other/*' }],
    ['a condition that holds', { ...allow, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
  ])('allows by %s', (_by, statement) => {
    expect(decide({ identity: [policy(statement)] })).toBe('allowed');
  });

  test.each<[string, Statement]>([
    ['another action', { ...allow, Action: 's3:GetObjectVersion' }],
    ['all actions but this one', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['another resource', { ...allow, Resource: 'arn:aws:s3:::bucket/releases' }],
    ['a resource in other letters', { ...allow, Resource: 'arn:aws:s3:::BUCKET/releases/*' }],
    ['what is no wildcard in a pattern', { ...allow, Resource: 'arn:aws:s3:::bucket/releases/app.tar.g.' }],
    ['all resources but this one', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::bucket/*' }],
    ['a condition that does not hold', { ...allow, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
  ])('does not allow by %s', (_by, statement) => {
    expect(decide({ identity: [policy(statement)] })).toBe(notAllowed);
  });

  test('nothing is allowed by no policy', () => {
    expect(decide({})).toBe(notAllowed);
  });

  test('a deny counts more than an allow, whichever policy it is in', () => {
    const deny = policy({ ...allow, Effect: 'Deny' });
    expect(decide({ identity: [policy(allow), deny] })).toBe(
      'with an explicit deny in an identity-based policy',
    );
    expect(decide({ identity: [policy(allow)], resource: deny })).toBe(
      'with an explicit deny in a resource-based policy',
    );
  });

  test('a permissions boundary must allow it too', () => {
    const identity = [policy(allow)];
    expect(decide({ identity, boundary: policy(allow) })).toBe('allowed');
    expect(decide({ identity, boundary: policy({ ...allow, Action: 'ssm:*' }) })).toBe(
      'because no permissions boundary allows the s3:GetObject action',
    );
  });
});

describe("a resource's policy", () => {
  test.each<[string, unknown, string]>([
    ['everybody', '*', 'allowed'],
    ['the role', { AWS: principal.roleArn }, 'allowed'],
    ['the session', { AWS: [principal.sessionArn] }, 'allowed'],
    ['the account', { AWS: principal.accountId }, 'allowed'],
    ["the account's root", { AWS: `arn:aws:iam::${principal.accountId}:root` }, 'allowed'],
    ['another role', { AWS: 'arn:aws:iam::123456789012:role/other' }, notAllowed],
    ['a role by a wildcard, which is none there', { AWS: 'arn:aws:iam::123456789012:role/*' }, notAllowed],
    ['a service', { Service: 'ec2.amazonaws.com' }, notAllowed],
  ])('that allows %s', (_whom, Principal, decision) => {
    expect(decide({ resource: policy({ ...allow, Principal }) })).toBe(decision);
  });

  test('that denies what is not TLS lets TLS through', () => {
    const deny = (value: string) =>
      policy({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': value } },
      });
    expect(decide({ identity: [policy(allow)], resource: deny('false') })).toBe('allowed');
    expect(decide({ identity: [policy(allow)], resource: deny('true') })).toContain('explicit deny');
  });
});

describe('a condition', () => {
  const holds = (Condition: unknown) => decide({ identity: [policy({ ...allow, Condition })] }) === 'allowed';

  test.each<[string, unknown, boolean]>([
    ['StringEquals', { 'aws:userid': ['x', 'web:i-1'] }, true],
    ['StringEquals', { 'aws:userid': 'WEB:i-1' }, false],
    ['StringEqualsIgnoreCase', { 'aws:userid': 'WEB:i-1' }, true],
    ['StringNotEquals', { 'aws:userid': 'x' }, true],
    ['StringNotEquals', { 'aws:userid': ['x', 'web:i-1'] }, false],
    ['StringLike', { 'aws:userid': 'web:i-*' }, true],
    ['StringNotLike', { 'aws:userid': 'web:*' }, false],
    ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/w*' }, true],
    ['ArnLike', { 'aws:PrincipalArn': 'arn:aws:*:role/web' }, false],
    ['ArnEquals', { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/web' }, true],
    ['ArnNotLike', { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' }, false],
    ['Bool', { 'aws:SecureTransport': 'True' }, true],
    ['NumericLessThanEquals', { 's3:max-keys': '10' }, true],
    ['NumericLessThan', { 's3:max-keys': '10' }, false],
    ['DateGreaterThan', { 'aws:CurrentTime': '2026-01-01T00:00:00Z' }, true],
    ['DateLessThan', { 'aws:CurrentTime': '2026-01-01T00:00:00Z' }, false],
    ['IpAddress', { 'aws:SourceIp': ['192.0.2.0/24', '10.0.0.0/16'] }, true],
    ['IpAddress', { 'aws:SourceIp': '10.0.1.5' }, false],
    ['NotIpAddress', { 'aws:SourceIp': '10.0.0.0/8' }, false],
    ['ForAnyValue:StringEquals', { 'aws:TagKeys': ['b', 'c'] }, true],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['b', 'c'] }, false],
    ['ForAllValues:StringEquals', { 'aws:TagKeys': ['a', 'b', 'c'] }, true],
    // Keys that the request doesn't have.
    ['StringEquals', { 'aws:Missing': 'x' }, false],
    ['StringEqualsIfExists', { 'aws:Missing': 'x' }, true],
    ['StringEqualsIfExists', { 'aws:userid': 'x' }, false],
    ['StringNotEquals', { 'aws:Missing': 'x' }, true],
    ['ForAllValues:StringEquals', { 'aws:Missing': 'x' }, true],
    ['Null', { 'aws:Missing': 'true' }, true],
    ['Null', { 'aws:userid': 'true' }, false],
    ['Null', { 'aws:userid': false }, true],
  ])('%s %j holds: %s', (operator, keys, expected) => {
    expect(holds({ [operator]: keys })).toBe(expected);
  });

  test('all must hold', () => {
    const [userid, ip] = [{ 'aws:userid': 'web:i-1' }, { 'aws:SourceIp': '192.0.2.1' }];
    expect(holds({ StringEquals: userid, IpAddress: ip })).toBe(false);
    expect(holds({ StringEquals: { ...userid, 'aws:PrincipalArn': 'x' } })).toBe(false);
  });

  test.each(['BinaryEquals', 'StringMatches', 'constructor', ''])(
    'an operator that is not known, %j, denies and says so, whatever else is allowed',
    (operator) => {
      const unknown = policy({ ...allow, Effect: 'Deny', Condition: { [operator]: { 'aws:userid': 'x' } } });
      expect(decide({ identity: [policy(allow), unknown] })).toBe(
        `because the lab knows no condition operator ${operator}`,
      );
    },
  );
});

/** As a policy writes it. */
const variable = (key: string) => ['$', '{', key, '}'].join('');

describe('a policy variable', () => {
  test.each([
    [
      'is replaced in a resource',
      `arn:aws:s3:::bucket/${variable('aws:userid')}/*`,
      'arn:aws:s3:::bucket/web:i-1/a',
      true,
    ],
    ['has a default', `arn:aws:s3:::bucket/${variable("aws:Missing, 'a'")}`, 'arn:aws:s3:::bucket/a', true],
    [
      'without a value matches nothing',
      `arn:aws:s3:::bucket/${variable('aws:Missing')}*`,
      'arn:aws:s3:::bucket/a',
      false,
    ],
    [
      'can stand for a wildcard itself',
      `arn:aws:s3:::bucket/${variable('*')}`,
      'arn:aws:s3:::bucket/a',
      false,
    ],
    [
      'with several values matches nothing',
      `arn:aws:s3:::bucket/${variable('aws:TagKeys')}`,
      'arn:aws:s3:::bucket/a',
      false,
    ],
  ])('%s', (_what, Resource, resource, allowed) => {
    const decision = decide({ identity: [policy({ ...allow, Resource })] }, { resource });
    expect(decision === 'allowed').toBe(allowed);
  });

  test('is replaced in a condition', () => {
    const Condition = { StringLike: { 'aws:userid': `web:${variable('aws:Missing')}` } };
    expect(decide({ identity: [policy({ ...allow, Condition })] })).toBe(notAllowed);
    const same = { StringEquals: { 'aws:userid': variable('aws:userid') } };
    expect(decide({ identity: [policy({ ...allow, Condition: same })] })).toBe('allowed');
  });
});

test.each([
  ['no JSON', '{', 'no JSON'],
  ['an effect that is none', '{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}', '"Maybe"'],
  ['no action', '{"Statement":[{"Effect":"Allow","Resource":"*"}]}', 'without an action'],
  ['a resource that is no text', '{"Statement":{"Effect":"Allow","Action":"*","Resource":{}}}', '{}'],
])('a policy with %s is refused by its name', (_what, document, message) => {
  expect(() => parsePolicy('mine', document)).toThrow(message);
  expect(() => parsePolicy('mine', document)).toThrow('policy mine');
});
