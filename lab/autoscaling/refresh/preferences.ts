/** The preferences of an instance refresh: read, checked, and with AWS's defaults for what is not said (rules C1, C2). */
import { Input, largestInteger, validationError } from '../input';
import type { Group } from '../model';
import type { RefreshPreferences } from './refresh';

/** Seconds. */
const defaultCheckpointDelay = 3600;
const seconds = { min: 0, max: largestInteger };
/** Two days, of a checkpoint's delay and of the bake time. */
const longestWait = { min: 0, max: 172_800 };
const mostAlarms = 10;

export function preferencesFrom(input: Input | undefined, group: Group): RefreshPreferences {
  const given = input ?? new Input({});
  const percentages = given.strings('CheckpointPercentages').map(Number);
  checkCheckpoints(percentages, given.has('CheckpointDelay'));
  return {
    ...boundsFrom(given, group),
    instanceWarmup:
      given.optionalInteger('InstanceWarmup', seconds) ??
      group.defaultInstanceWarmup ??
      group.healthCheckGracePeriod,
    checkpointPercentages: percentages,
    checkpointDelay:
      percentages.length === 0
        ? undefined
        : (given.optionalInteger('CheckpointDelay', longestWait) ?? defaultCheckpointDelay),
    skipMatching: given.optionalBoolean('SkipMatching') ?? false,
    autoRollback: given.optionalBoolean('AutoRollback') ?? false,
    scaleInProtectedInstances: oneOf(given, 'ScaleInProtectedInstances', ['Refresh', 'Ignore', 'Wait']),
    standbyInstances: oneOf(given, 'StandbyInstances', ['Terminate', 'Ignore', 'Wait']),
    alarms: alarmsFrom(given.structure('AlarmSpecification')),
    bakeTime: given.optionalInteger('BakeTime', longestWait),
  };
}

function boundsFrom(
  given: Input,
  { instanceMaintenancePolicy }: Group,
): Pick<RefreshPreferences, 'minHealthyPercentage' | 'maxHealthyPercentage'> {
  const min = given.optionalInteger('MinHealthyPercentage');
  const max = given.optionalInteger('MaxHealthyPercentage');
  if (max !== undefined && min === undefined) {
    throw validationError('MaxHealthyPercentage was given without MinHealthyPercentage; give both');
  }
  const bounds = {
    minHealthyPercentage: min ?? instanceMaintenancePolicy?.minHealthyPercentage ?? 90,
    maxHealthyPercentage: max ?? instanceMaintenancePolicy?.maxHealthyPercentage,
  };
  checkHealthyPercentages(bounds.minHealthyPercentage, bounds.maxHealthyPercentage ?? 100);
  return bounds;
}

/** @throws ValidationError for what no refresh and no maintenance policy may have */
export function checkHealthyPercentages(min: number, max: number): void {
  if (min < 0 || min > 100) throw validationError(`MinHealthyPercentage ${min} is not between 0 and 100`);
  if (max < 100 || max > 200) throw validationError(`MaxHealthyPercentage ${max} is not between 100 and 200`);
  if (max - min > 100) {
    throw validationError(
      `MinHealthyPercentage ${min} and MaxHealthyPercentage ${max} are more than 100 apart; bring them closer`,
    );
  }
}

function checkCheckpoints(percentages: readonly number[], delayIsGiven: boolean): void {
  if (delayIsGiven && percentages.length === 0) {
    throw validationError('CheckpointDelay was given without CheckpointPercentages; give both');
  }
  for (const [index, percentage] of percentages.entries()) {
    if (!Number.isInteger(percentage) || percentage < 1 || percentage > 100) {
      throw validationError(
        `The checkpoint percentage ${percentage} is not a whole number between 1 and 100`,
      );
    }
    if (percentage <= (percentages[index - 1] ?? 0)) {
      throw validationError(
        `The checkpoint percentages ${percentages.join(', ')} are not in ascending order, each of them once`,
      );
    }
  }
}

function alarmsFrom(specification: Input | undefined): string[] {
  const names = specification?.strings('Alarms') ?? [];
  if (names.length > mostAlarms) {
    throw validationError(`An instance refresh can watch ${mostAlarms} alarms, not ${names.length}`);
  }
  return names;
}

/** `Wait` where nothing is said. */
function oneOf<T extends string>(given: Input, name: string, values: readonly T[]): T | 'Wait' {
  const text = given.optionalString(name) ?? 'Wait';
  const value = [...values, 'Wait' as const].find((known) => known === text);
  if (value === undefined)
    throw validationError(`Value '${text}' at '${name}' is not one of ${values.join(', ')}`);
  return value;
}
