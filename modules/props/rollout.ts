import {
  type Check,
  knownListOf,
  listOf,
  object,
  oneOf,
  refuse,
  text,
  wholeNumber,
  yesOrNo,
} from '../private/shape';
import { ServiceError } from '../service-error';

/**
 * How running instances get a new launch template version: an instance refresh, which `terraform apply` starts and
 * doesn't wait for. There is no rollback by itself: Terraform gives the group the new version before it starts the
 * refresh, so that AWS would roll back to that very version. What fails stops, and the next apply of an older release is
 * the way back.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/34189
 */
export interface RolloutProps {
  /**
   * `refresh` replaces them one after the other; with `none` they keep the old version until they are replaced for
   * another reason.
   * @default none
   */
  readonly strategy?: 'refresh' | 'none';
  /**
   * Healthy instances in percent of the desired ones while it lasts: 0 to 100.
   * @default 100: a new instance serves before an old one goes
   */
  readonly minHealthyPercentage?: number;
  /**
   * Running instances in percent of the desired ones: 100 to 200, at most 100 above `minHealthyPercentage`.
   * @default 110: a tenth at a time, at least one
   */
  readonly maxHealthyPercentage?: number;
  /**
   * Seconds from InService until a new instance counts as done: 1 to 3600, not below the health check's grace period,
   * in which the group doesn't hear what the load balancer thinks of it.
   * @default - `warmupSeconds`, or the grace period where that is longer
   */
  readonly warmupSeconds?: number;
  /**
   * Percentages of replaced instances at which it pauses, ascending: 1 to 100. Where the last is below 100, the
   * remaining instances keep the old version.
   * @default - none
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-adding-checkpoints-instance-refresh.html
   */
  readonly checkpointPercentages?: readonly number[];
  /** Seconds of each pause: 0 to 172800; with `checkpointPercentages` only. @default 3600, as AWS has it */
  readonly checkpointDelaySeconds?: number;
  /**
   * Names of CloudWatch alarms: one that goes into ALARM ends it as failed, one that is not OK lets none start. At most
   * 10.
   * @default - none
   */
  readonly alarms?: readonly string[];
  /** Leaves instances that have the new version already. @default true: what was started meanwhile is not replaced again */
  readonly skipMatching?: boolean;
  /**
   * What becomes of instances that are protected from scale-in. `Wait` waits an hour for the protection to end, and
   * fails then; `Ignore` leaves them with the old version.
   * @default Refresh: the protection is from scale-in
   */
  readonly scaleInProtectedInstances?: 'Refresh' | 'Ignore' | 'Wait';
  /** What becomes of instances in standby; `Wait` as above. @default Ignore: somebody looks at them */
  readonly standbyInstances?: 'Terminate' | 'Ignore' | 'Wait';
}

export const rolloutDefaults = {
  strategy: 'none',
  minHealthyPercentage: 100,
  maxHealthyPercentage: 110,
  skipMatching: true,
  scaleInProtectedInstances: 'Refresh',
  standbyInstances: 'Ignore',
} as const;

const rollout = object(
  {},
  {
    strategy: oneOf(['refresh', 'none']),
    minHealthyPercentage: wholeNumber(0, 100),
    maxHealthyPercentage: wholeNumber(100, 200),
    warmupSeconds: wholeNumber(1, 3600),
    checkpointPercentages: knownListOf(wholeNumber(1, 100), 1),
    checkpointDelaySeconds: wholeNumber(0, 172_800),
    alarms: listOf(text('the name of a CloudWatch alarm'), 1, 10),
    skipMatching: yesOrNo,
    scaleInProtectedInstances: oneOf(['Refresh', 'Ignore', 'Wait']),
    standbyInstances: oneOf(['Terminate', 'Ignore', 'Wait']),
  },
);

export const checkRollout: Check = (value, at, isReference) => {
  rollout(value, at, isReference);
  const settings = value as RolloutProps;
  checkHealthyPercentages(
    settings.minHealthyPercentage ?? rolloutDefaults.minHealthyPercentage,
    settings.maxHealthyPercentage ?? rolloutDefaults.maxHealthyPercentage,
    at,
  );
  const { checkpointPercentages: percentages, checkpointDelaySeconds: delay } = settings;
  if (percentages?.some((each, index) => index > 0 && each <= (percentages[index - 1] ?? 0))) {
    refuse('SettingOutOfRange', `${at}.checkpointPercentages`, percentages, 'ascending, each once');
  }
  if (delay !== undefined && percentages === undefined) {
    const allowed = `absent unless ${at}.checkpointPercentages is set`;
    refuse('SettingsExclude', `${at}.checkpointDelaySeconds`, delay, allowed);
  }
};

/** AWS takes no wider range; of an instance refresh as of a maintenance policy. */
export function checkHealthyPercentages(min: number, max: number, at: string): void {
  if (max - min <= 100) return;
  throw new ServiceError(
    'SettingOutOfRange',
    `${at}.maxHealthyPercentage ${max} is more than 100 above ${at}.minHealthyPercentage ${min}; bring them closer.`,
  );
}
