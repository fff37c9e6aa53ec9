/**
 * Attribute-based selection: the lab knows a few types and takes the first that has the vCPUs and the memory. The other
 * attributes are kept and not looked at.
 */
import type { Input } from './input';

/** vCPUs and MiB, https://docs.aws.amazon.com/ec2/latest/instancetypes/; small before large. */
const types: readonly (readonly [name: string, vcpus: number, memory: number])[] = [
  ['t3.micro', 2, 1024],
  ['t3.small', 2, 2048],
  ['c7i.large', 2, 4096],
  ['m7i.large', 2, 8192],
  ['r7i.large', 2, 16_384],
  ['c7i.xlarge', 4, 8192],
  ['m7i.xlarge', 4, 16_384],
  ['r7i.xlarge', 4, 32_768],
  ['c7i.2xlarge', 8, 16_384],
  ['m7i.2xlarge', 8, 32_768],
  ['r7i.2xlarge', 8, 65_536],
  ['c7i.4xlarge', 16, 32_768],
  ['m7i.4xlarge', 16, 65_536],
  ['r7i.4xlarge', 16, 131_072],
];

/** Undefined where none of the types that the lab knows fits. */
export function matchingType(requirements: Input): string | undefined {
  const inside = (member: string, value: number) => {
    const range = requirements.structure(member);
    const { min = 0, max = Number.POSITIVE_INFINITY } = {
      min: range?.optionalInteger('Min'),
      max: range?.optionalInteger('Max'),
    };
    return min <= value && value <= max;
  };
  const allowed = requirements.strings('AllowedInstanceTypes');
  const excluded = requirements.strings('ExcludedInstanceTypes');
  return types.find(
    ([name, vcpus, memory]) =>
      inside('VCpuCount', vcpus) &&
      inside('MemoryMiB', memory) &&
      (allowed.length === 0 || allowed.some((pattern) => matches(pattern, name))) &&
      !excluded.some((pattern) => matches(pattern, name)),
  )?.[0];
}

/** `m7i.*`: an asterisk is any text. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.]/g, '\\.'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
