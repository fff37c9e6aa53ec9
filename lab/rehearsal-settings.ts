/** What a rehearsal is of: the service of cdktf.json with the flags laid over it, and whether that can pass. */
import { serviceDefaults } from '../modules/props';
import { ServiceError } from '../modules/service-error';
import { slotCount } from './balancer/haproxy-configuration';
import type { RehearsalOptions } from './rehearse';
import type { ReportSettings } from './report/report';
import { readServiceContext, type ServiceContext } from './synthesize';

export type SettingsFlags = Pick<
  RehearsalOptions,
  'projectDirectory' | 'cpuTarget' | 'min' | 'max' | 'os' | 'expectation'
>;

/**
 * @throws ServiceError `FlagInvalid` where flags and cdktf.json together describe a rehearsal that can't pass, and for
 *   settings that the app would refuse
 */
export function contextOf(flags: SettingsFlags, imageParameter?: string): ServiceContext {
  const { projectDirectory, cpuTarget, min, max, os } = flags;
  const read = (overrides: Pick<RehearsalOptions, 'min' | 'max'>) =>
    readServiceContext(projectDirectory, {
      cpuTarget,
      minCapacity: overrides.min,
      maxCapacity: overrides.max,
      os,
      imageParameter,
    });
  try {
    const context = read({ min, max });
    assertPassable(flags, context);
    return context;
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'CapacityInverted') throw error;
    // Where cdktf.json is in order by itself, it is the flag that is wrong.
    const own = capacityOf(read({}));
    const flag =
      min === undefined
        ? `--max is ${max}, below minCapacity ${own.min}`
        : `--min is ${min}, above maxCapacity ${own.max}`;
    throw new ServiceError('FlagInvalid', `${flag} of cdktf.json; give both --min and --max`, {
      cause: error,
    });
  }
}

function assertPassable({ expectation }: SettingsFlags, context: ServiceContext): void {
  const { min, max } = capacityOf(context);
  const { scaling, cpuTarget } = context.settings.service;
  if (scaling?.withoutPolicy === true && cpuTarget === 'none' && expectation === 'scales') {
    throw new ServiceError(
      'FlagInvalid',
      'nothing scales a service with scaling.withoutPolicy; say --expect stays',
    );
  }
  if (max > slotCount) {
    throw new ServiceError(
      'FlagInvalid',
      `maxCapacity is ${max}, and the load balancer of a rehearsal has room for ${slotCount} targets; give a --max`,
    );
  }
  if (min === max && expectation === 'scales') {
    throw new ServiceError(
      'FlagInvalid',
      `with --min and --max laid over cdktf.json, both capacities are ${min}, so the group can't scale; ` +
        'raise --max, or say --expect stays',
    );
  }
}

function capacityOf({ settings }: ServiceContext): { min: number; max: number } {
  const { minCapacity: min = serviceDefaults.minCapacity, maxCapacity } = settings.service;
  return { min, max: maxCapacity ?? Math.max(min, serviceDefaults.maxCapacity) };
}

export function reportSettings(options: RehearsalOptions, context: ServiceContext): ReportSettings {
  const { requests, concurrency, speed, expectation } = options;
  const { cpuTarget = serviceDefaults.cpuTarget } = context.settings.service;
  return { requests, concurrency, speed, expectation, cpuTarget, ...capacityOf(context) };
}
