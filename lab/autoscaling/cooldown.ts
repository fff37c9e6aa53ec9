/** Rule A15: after a simple scaling policy has acted, none does until the group has that size and has cooled down. */
import type { Surroundings } from './action';
import { actualCapacity, instancesKept, instancesLeaving, launchesUnderWay } from './capacity';
import type { Group } from './model';

export interface Cooldown {
  /** On AWS's clock. */
  readonly seconds: number;
  /** When the group came to rest; undefined while instances still come and go. */
  since: number | undefined;
}

export function advanceCooldown(group: Group, around: Surroundings): void {
  const { cooldown } = group;
  if (cooldown === undefined) return;
  if (cooldown.since === undefined && isAtRest(group)) cooldown.since = around.now;
  if (cooldown.since === undefined) return;
  if (around.now >= cooldown.since + around.pace.milliseconds(cooldown.seconds)) group.cooldown = undefined;
}

function isAtRest(group: Group): boolean {
  return (
    actualCapacity(group) === group.desiredCapacity &&
    launchesUnderWay(group).length === 0 &&
    instancesLeaving(group).length === 0 &&
    instancesKept(group).every(({ state }) => state === 'InService')
  );
}
