/** Which instance goes when the group shrinks: rule B11, with the named policies in the order that was given. */
import { isOverRepresented } from './mixed-instances';
import type { Group, Instance } from './model';

/** Smaller goes first. */
type Rank = (instance: Instance) => number;

/** Rule B11: of a mixed group, what its distribution has too much of. */
const byAllocation =
  (group: Group): Rank =>
  (instance) =>
    isOverRepresented(group, instance) ? 0 : 1;

const byAge: Rank = ({ launchedAt }) => launchedAt;
const byTemplateVersion: Rank = ({ launchTemplate }) => Number(launchTemplate.version);

/** Seconds until the next full hour since launch. */
const toNextHour =
  (now: number): Rank =>
  ({ launchedAt }) =>
    3600 - (((now - launchedAt) / 1000) % 3600);

const ranks: Readonly<Record<string, (now: number, group: Group) => readonly Rank[]>> = {
  Default: (now, group) => [byAllocation(group), byTemplateVersion, toNextHour(now)],
  OldestInstance: () => [byAge],
  NewestInstance: () => [(instance) => -instance.launchedAt],
  OldestLaunchTemplate: () => [byTemplateVersion],
  OldestLaunchConfiguration: () => [],
  ClosestToNextInstanceHour: (now) => [toNextHour(now)],
  AllocationStrategy: (_now, group) => [byAllocation(group)],
};

export const terminationPolicyNames: readonly string[] = Object.keys(ranks);

/** Undefined when every candidate is protected: the desired capacity has sunk, and nothing terminates (rule B14). */
export function selectForTermination(
  group: Group,
  candidates: readonly Instance[],
  now: number,
  dispensable: (instance: Instance) => boolean = () => true,
): Instance | undefined {
  const unprotected = candidates.filter(
    (instance) => !instance.protectedFromScaleIn && dispensable(instance),
  );
  const pool = inFullestZone(unprotected, candidates);
  const policies = group.terminationPolicies.length === 0 ? ['Default'] : group.terminationPolicies;
  const order = policies.flatMap((name) => ranks[name]?.(now, group) ?? []);
  return [...pool].sort((a, b) => compareBy(order, a, b) || a.id.localeCompare(b.id))[0];
}

/** The zone is chosen among those that have somebody to give up, by how many instances it has in all. */
function inFullestZone(unprotected: readonly Instance[], all: readonly Instance[]): readonly Instance[] {
  const sizeOf = (zone: string) => all.filter(({ subnet }) => subnet.zone === zone).length;
  const fullest = Math.max(...unprotected.map(({ subnet }) => sizeOf(subnet.zone)));
  return unprotected.filter(({ subnet }) => sizeOf(subnet.zone) === fullest);
}

function compareBy(order: readonly Rank[], a: Instance, b: Instance): number {
  for (const rank of order) {
    const difference = rank(a) - rank(b);
    if (difference !== 0) return difference;
  }
  return 0;
}
