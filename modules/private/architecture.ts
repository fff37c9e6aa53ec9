/** As Ubuntu and Debian name them in their parameters. */
export type Architecture = 'amd64' | 'arm64';

/**
 * A family's name is letters, the generation, then attributes: a `g` among the attributes means a Graviton
 * processor (`c7gn`), one in front of the generation doesn't (`g4dn` has GPUs). The first, `a1`, has none.
 * @see https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
 */
export function architectureOf(instanceType: string): Architecture {
  return /^(a1|[a-z]+\d+[a-z-]*g[a-z-]*)\./.test(instanceType) ? 'arm64' : 'amd64';
}

/** Types whose CPU is a share with credits. */
export function isBurstable(instanceType: string): boolean {
  return /^t\d/.test(instanceType);
}
