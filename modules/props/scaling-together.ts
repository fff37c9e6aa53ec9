import { ServiceError } from '../service-error';
import { serviceDefaults } from './defaults';
import type { PredictiveScalingProps } from './predictive-scaling';
import type { ScalingProps } from './scaling';
import type { ScheduleProps } from './schedule';
import type { AutoscaledServiceProps } from './service';

type Settings = Pick<AutoscaledServiceProps, 'minCapacity' | 'maxCapacity' | 'cpuTarget'>;

/**
 * What of scaling contradicts the settings beside it. That there is a policy at all is checked at synth, since some may
 * be added until then.
 * @param at where the settings of scaling stand, in front of their names in a message
 */
export function checkScalingTogether(scaling: ScalingProps, settings: Settings, at: string): void {
  for (const [name, schedule] of Object.entries(scaling.schedules ?? {})) {
    checkSizes(schedule, settings, `${at}.schedules.${name}`);
  }
  if (scaling.predictive !== undefined) predictedTarget(scaling.predictive, scaling, settings, at);
}

/** AWS does nothing at the time of a schedule whose sizes don't fit into one another. */
export function checkSizes(schedule: ScheduleProps, settings: Settings, at: string): void {
  const min = schedule.minCapacity ?? settings.minCapacity ?? serviceDefaults.minCapacity;
  const max =
    schedule.maxCapacity ??
    settings.maxCapacity ??
    Math.max(settings.minCapacity ?? 0, serviceDefaults.maxCapacity);
  if (min > max) {
    const whose = (name: 'minCapacity' | 'maxCapacity') =>
      schedule[name] === undefined ? `the service's ${name}` : `${at}.${name}`;
    throw new ServiceError(
      'CapacityInverted',
      `${whose('minCapacity')} ${min} is above ${whose('maxCapacity')} ${max}; raise the max or lower the min.`,
    );
  }
  const desired = schedule.desiredCapacity;
  if (desired === undefined || (desired >= min && desired <= max)) return;
  throw new ServiceError(
    'SettingOutOfRange',
    `${at}.desiredCapacity is ${desired}; it must be from minCapacity ${min} to maxCapacity ${max}, as they are then.`,
  );
}

/**
 * What an instance is to have of the forecast load, in the setting's own unit: the target of the policy that follows the
 * same, unless said.
 */
export function predictedTarget(
  { metric = 'cpu', target }: PredictiveScalingProps,
  scaling: ScalingProps,
  { cpuTarget = serviceDefaults.cpuTarget }: Settings,
  at: string,
): number {
  const followed = {
    cpu: cpuTarget === 'none' ? undefined : cpuTarget,
    requests: scaling.requests?.perTargetPerSecond,
    networkIn: scaling.networkIn?.bytesPerSecond,
    networkOut: scaling.networkOut?.bytesPerSecond,
  }[metric];
  const value = target ?? followed;
  if (value === undefined) {
    throw new ServiceError(
      'MissingSetting',
      `${at}.predictive.target is missing; no policy follows ${metric} whose target it could take.`,
    );
  }
  if (metric === 'cpu' && value > 100) {
    throw new ServiceError(
      'SettingOutOfRange',
      `${at}.predictive.target is ${value}; of cpu it must be a number above 0, at most 100.`,
    );
  }
  return value;
}
