/** Size, CPU and requests, second by second. */
import type { LabEvent } from '../events';
import { all, type Since } from './select';

export interface SecondReport {
  readonly at: number;
  readonly desired: number;
  readonly inService: number;
  /** Percent of the instance's vCPUs, by instance; only those measured in this second. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly requests: number;
}

export function timelineOf(events: readonly LabEvent[], since: Since): SecondReport[] {
  const second = (event: LabEvent) => Math.floor(since(event.at));
  const sizes = all(events, 'capacity');
  const first = sizes[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) return [];

  const cpu = groupBy(all(events, 'cpu'), second);
  const requests = groupBy(all(events, 'requests'), second);
  const sizesBySecond = groupBy(sizes, second);
  const timeline: SecondReport[] = [];
  let size = first;
  for (let at = second(first); at <= second(last); at += 1) {
    size = sizesBySecond.get(at)?.at(-1) ?? size;
    timeline.push({
      at,
      desired: size.desired,
      inService: size.inService,
      cpu: Object.fromEntries((cpu.get(at) ?? []).map(({ instanceId, percent }) => [instanceId, percent])),
      requests: (requests.get(at) ?? []).reduce((sum, { total }) => sum + total, 0),
    });
  }
  return timeline;
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
