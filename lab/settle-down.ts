/** The end of a rehearsal's scale-in. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Group } from './autoscaling/model';
import { evaluationPeriods } from './autoscaling/target-tracking';
import { metricPeriod } from './autoscaling/tracked-metric';
import type { Lab } from './lab';
import { Pace } from './pace';
import type { RehearsalOptions } from './rehearse';

/**
 * Waits until the group is at its minimum again and nothing drains any more; where no scaling is expected, until the
 * alarms have had the datapoints on which they would have fired.
 */
export async function settleDown(
  { expectation, speed, signal }: RehearsalOptions,
  group: Group | undefined,
  lab: Lab,
): Promise<void> {
  const pace = new Pace(speed);
  const periods = expectation === 'stays' ? evaluationPeriods.high + 1 : 2 * evaluationPeriods.low;
  const drainAndStop = 120_000;
  const deadline =
    Date.now() + pace.milliseconds(periods * metricPeriod) + (expectation === 'stays' ? 0 : drainAndStop);
  while (group !== undefined && Date.now() < deadline) {
    if (expectation === 'scales' && isAtRest(group, lab)) return;
    await sleep(250, undefined, { signal });
  }
}

function isAtRest(group: Group, { region }: Lab): boolean {
  const draining = [...region.targetGroups.values()].some((targets) =>
    [...targets.values()].some(({ state }) => state === 'draining'),
  );
  return (
    !draining &&
    group.desiredCapacity === group.minSize &&
    group.instances.size === group.minSize &&
    group.launches.size === 0
  );
}
