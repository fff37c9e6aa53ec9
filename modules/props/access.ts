import { ipv4Range } from '../private/cidr';
import { type Check, type IsReference, listOf, mapOf, object, oneOf, text } from '../private/shape';
import { ServiceError } from '../service-error';

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html */
export interface SshProps {
  /** Name of an EC2 key pair of the region. */
  readonly keyName: string;
  /** IPv4 ranges that may connect to port 22: /8 to /32, known at synth. Never the whole world. */
  readonly sourceCidrs: readonly string[];
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html */
export interface PolicyStatementProps {
  /** Whether it permits or forbids. A Deny wins over every Allow. @default Allow */
  readonly effect?: 'Allow' | 'Deny';
  /** Such as `s3:GetObject`. At least one. */
  readonly actions: readonly string[];
  /** ARNs, or `*`. At least one. `${aws:…}` policy variables are written as they are. */
  readonly resources: readonly string[];
  /** Operator, then key, then value or values. @default - none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Spelled-out refusal of the world first: the sentence about prefix lengths would hide the reason. */
const sshSource: Check = (value, at, isReference) => {
  if (typeof value === 'string' && /\/0+$/.test(value)) {
    throw new ServiceError(
      'WorldOpenSsh',
      `${at} is ${JSON.stringify(value)}, the whole world; name the IPv4 ranges that people connect from, /8 or narrower, or leave ssh out and use Session Manager.`,
    );
  }
  ipv4Range(value, at, isReference, 8, 32);
};

export const checkSsh = object({
  keyName: text('the name of a key pair'),
  sourceCidrs: listOf(sshSource, 1),
});

export const checkPolicyStatement = object(
  {
    actions: listOf(text('an action such as "s3:GetObject"', /^(\*|[\w-]+:[\w*?]+)$/), 1),
    resources: listOf(text('an ARN or "*"'), 1),
  },
  {
    effect: oneOf(['Allow', 'Deny']),
    conditions: mapOf(text('a condition operator'), mapOf(text('a condition key'), stringOrList)),
  },
);

function stringOrList(value: unknown, at: string, isReference: IsReference): void {
  const check = Array.isArray(value)
    ? listOf(text('a string', /^/))
    : text('a string or a list of strings', /^/);
  check(value, at, isReference);
}
