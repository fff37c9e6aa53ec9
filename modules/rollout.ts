import type { AutoscalingGroupInstanceRefresh } from '@cdktf/provider-aws/lib/autoscaling-group';
import { type RolloutProps, serviceDefaults } from './props';

/**
 * The instance refresh with which a group takes a new launch template version to its instances; undefined where they keep
 * what they have.
 * @param warmupSeconds of the time budgets
 */
export function instanceRefreshOf(
  props: RolloutProps,
  warmupSeconds: number,
): AutoscalingGroupInstanceRefresh | undefined {
  // What is given as undefined is absent.
  const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
  const settings = { ...serviceDefaults.rollout, ...given } as RolloutProps & typeof serviceDefaults.rollout;
  if ((settings.strategy as string) === 'none') return undefined;
  return {
    strategy: 'Rolling',
    preferences: {
      minHealthyPercentage: settings.minHealthyPercentage,
      maxHealthyPercentage: settings.maxHealthyPercentage,
      instanceWarmup: String(warmupSeconds),
      checkpointPercentages: settings.checkpointPercentages && [...settings.checkpointPercentages],
      checkpointDelay: checkpointDelayOf(props),
      alarmSpecification: settings.alarms && { alarms: [...settings.alarms] },
      skipMatching: settings.skipMatching,
      scaleInProtectedInstances: settings.scaleInProtectedInstances,
      standbyInstances: settings.standbyInstances,
      // Never auto_rollback: see RolloutProps.
    },
  };
}

function checkpointDelayOf({ checkpointDelaySeconds }: RolloutProps): string | undefined {
  return checkpointDelaySeconds === undefined ? undefined : String(checkpointDelaySeconds);
}
