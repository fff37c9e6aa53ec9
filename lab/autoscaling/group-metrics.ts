/** Rule G2: what a group tells of itself, by the names that CloudWatch has for it. */
import { capacityOf, instancesInService, instancesLeaving, isTerminating, isWarmed } from './capacity';
import type { Group } from './model';
import { pooled, poolSize } from './warm-pool';

type Values = Readonly<Record<string, number>>;

/** Those that are collected. */
export function groupMetrics(group: Group): Map<string, number> {
  const values: Values = { ...limitsOf(group), ...membersOf(group), ...poolOf(group) };
  return new Map(
    [...group.enabledMetrics].flatMap((name): [string, number][] => {
      const value = values[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function limitsOf({ minSize, maxSize, desiredCapacity }: Group): Values {
  return { GroupMinSize: minSize, GroupMaxSize: maxSize, GroupDesiredCapacity: desiredCapacity };
}

/** Instances, and the units of capacity that they are. */
function membersOf(group: Group): Values {
  const own = [...group.instances.values()].filter((instance) => !isWarmed(instance));
  const members = {
    InService: instancesInService(group),
    Pending: own.filter(({ state }) => state.startsWith('Pending')),
    Standby: own.filter(({ state }) => state === 'Standby'),
    Terminating: instancesLeaving(group),
    Total: own,
  };
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, instances]) => [
      [`Group${name}Instances`, instances.length],
      [`Group${name}Capacity`, capacityOf(instances)],
    ]),
  );
}

function poolOf(group: Group): Values {
  const all = [...group.instances.values()].filter(isWarmed);
  const warmed = pooled(group).filter(
    ({ state }) => state === 'Warmed:Stopped' || state === 'Warmed:Running',
  );
  const own = capacityOf([...group.instances.values()].filter((instance) => !isWarmed(instance)));
  return {
    WarmPoolMinSize: group.warmPool?.minSize ?? 0,
    WarmPoolDesiredCapacity: poolSize(group),
    WarmPoolPendingCapacity: pooled(group).length - warmed.length,
    WarmPoolWarmedCapacity: warmed.length,
    WarmPoolTerminatingCapacity: all.filter(isTerminating).length,
    WarmPoolTotalCapacity: all.length,
    GroupAndWarmPoolDesiredCapacity: group.desiredCapacity + poolSize(group),
    GroupAndWarmPoolTotalCapacity: own + all.length,
  };
}
