/** How many vCPUs an instance type has. https://docs.aws.amazon.com/ec2/latest/instancetypes/ */
import { ServiceError } from '../../modules/service-error';

/** Where the rule by size doesn't hold. */
const exceptions: Readonly<Record<string, number>> = {
  't1.micro': 1,
  't2.nano': 1,
  't2.micro': 1,
  't2.small': 1,
  'm1.small': 1,
  'm1.medium': 1,
  'm3.medium': 1,
};

/** The rule: a large has two, an xlarge four, and an Nxlarge N times four. */
const sizes: Readonly<Record<string, number>> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
};

/** @throws ServiceError `InstanceTypeUnknown` */
export function vcpusOf(instanceType: string): number {
  const [, family, size] = /^([a-z][a-z0-9-]*)\.([a-z0-9-]+)$/.exec(instanceType) ?? [];
  const exception = exceptions[instanceType];
  if (exception !== undefined) return exception;
  // A medium is a burstable type's, with two vCPUs, or half of a Graviton large.
  if (size === 'medium' && !family?.startsWith('t')) return 1;
  const known = sizes[size ?? ''] ?? timesXlarge(size ?? '');
  if (known !== undefined) return known;
  throw new ServiceError(
    'InstanceTypeUnknown',
    `${JSON.stringify(instanceType)} has no size whose vCPUs are known here; use a type such as t3.micro or m7g.2xlarge`,
  );
}

/** `2xlarge`, and bare metal that names its size, `metal-24xl`. */
function timesXlarge(size: string): number | undefined {
  const times = /^(\d+)xlarge$/.exec(size)?.[1] ?? /^metal-(\d+)xl$/.exec(size)?.[1];
  return times === undefined ? undefined : Number(times) * 4;
}
