import { type Check, object, oneOf, refuse, wholeNumber } from '../private/shape';
import { checkPositive } from './tracking';

/**
 * Forecasts the load of the next two days from that of the last two weeks, and adds instances ahead of it. It never
 * removes any. It has something to say once there is a day of metrics.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-predictive-scaling.html
 */
export interface PredictiveScalingProps {
  /**
   * `ForecastOnly` shows what it would do; compare it with what happened before you let it scale.
   * @default ForecastOnly
   */
  readonly mode?: 'ForecastOnly' | 'ForecastAndScale';
  /** The load that it forecasts. @default cpu */
  readonly metric?: 'cpu' | 'requests' | 'networkIn' | 'networkOut';
  /**
   * What an instance is to have of it, in the unit of the policy that follows the same: percent, requests per second,
   * bytes per second. Above 0.
   * @default - that policy's, so that both want the same number of instances
   */
  readonly target?: number;
  /**
   * Seconds by which instances are launched ahead of the forecast, so that they have warmed up by then: 0 to 3599, not
   * below `bootSeconds`.
   * @default - boot, first health check and warm-up together, at least AWS's 300
   */
  readonly schedulingBufferSeconds?: number;
  /**
   * What happens when the forecast comes near `maxCapacity`: it stays the limit, or is raised. What it was raised to
   * stays, and the next apply sets it back.
   * @default HonorMaxCapacity: a limit is a limit
   */
  readonly maxCapacityBreachBehavior?: 'HonorMaxCapacity' | 'IncreaseMaxCapacity';
  /**
   * Percent above the forecast up to which the limit may be raised: 0 to 100, with IncreaseMaxCapacity only.
   * @default 0
   */
  readonly maxCapacityBuffer?: number;
}

export const predictiveScalingDefaults = {
  mode: 'ForecastOnly',
  metric: 'cpu',
  maxCapacityBreachBehavior: 'HonorMaxCapacity',
} as const;

const shape = object(
  {},
  {
    mode: oneOf(['ForecastOnly', 'ForecastAndScale']),
    metric: oneOf(['cpu', 'requests', 'networkIn', 'networkOut']),
    target: checkPositive,
    schedulingBufferSeconds: wholeNumber(0, 3599),
    maxCapacityBreachBehavior: oneOf(['HonorMaxCapacity', 'IncreaseMaxCapacity']),
    maxCapacityBuffer: wholeNumber(0, 100),
  },
);

export const checkPredictiveScaling: Check = (value, at, isReference) => {
  shape(value, at, isReference);
  const { maxCapacityBreachBehavior, maxCapacityBuffer } = value as PredictiveScalingProps;
  if (maxCapacityBuffer === undefined || maxCapacityBreachBehavior === 'IncreaseMaxCapacity') return;
  const allowed = `absent unless ${at}.maxCapacityBreachBehavior is "IncreaseMaxCapacity"`;
  refuse('SettingsExclude', `${at}.maxCapacityBuffer`, maxCapacityBuffer, allowed);
};
