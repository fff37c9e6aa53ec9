/** Which of a stack's resources an instance needs to boot. */

export interface SynthesizedStack {
  /** By type, then by name. */
  readonly resource: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Addresses of all but the load balancer and the group: the provider waits more than a minute for the first, and a
 * group would run instances of its own.
 */
export function withoutTraffic({ resource }: SynthesizedStack): string[] {
  return Object.entries(resource)
    .filter(([type]) => !/^aws_(lb|autoscaling)(_|$)/.test(type))
    .flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));
}
