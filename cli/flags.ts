/** The values that flags take: what is allowed, and the sentence for what is not. */
import type { MachineKind } from '../lab/machines/choice';
import type { OperatingSystem } from '../modules/props';
import { ServiceError } from '../modules/service-error';

export interface Range {
  readonly min: number;
  readonly max: number;
  /** @default true */
  readonly whole?: boolean;
}

export const flagRanges = {
  '--requests': { min: 1, max: 10_000_000 },
  /** The most that ab takes. */
  '--concurrency': { min: 1, max: 20_000 },
  /** Percent of average CPU. */
  '--cpu-target': { min: 1, max: 100, whole: false },
  '--min': { min: 1, max: 20 },
  '--max': { min: 1, max: 20 },
  /** At 60 an alarm's minute is a second, which is as often as CPU is measured. */
  '--speed': { min: 1, max: 60, whole: false },
  '--port': { min: 1024, max: 65_535 },
  /** Seconds. */
  '--timeout': { min: 60, max: 7_200 },
} as const satisfies Readonly<Record<string, Range>>;

export type NumberFlag = keyof typeof flagRanges;

export function parseNumberFlag(flag: NumberFlag, value: string): number {
  const { min, max, whole = true }: Range = flagRanges[flag];
  const number = Number(value);
  const isNumber = /^\d+(\.\d+)?$/.test(value) && (!whole || Number.isInteger(number));
  if (isNumber && number >= min && number <= max) return number;
  throw new ServiceError(
    'FlagInvalid',
    `${flag} is ${JSON.stringify(value)}; give ${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`,
  );
}

export interface RehearseFlags {
  readonly once?: boolean;
  readonly requests: number;
  /** At most `requests`: ab takes no more connections than requests. */
  readonly concurrency?: number;
  readonly cpuTarget?: number;
  readonly min?: number;
  readonly max?: number;
  readonly speed: number;
  readonly machines?: MachineKind;
  readonly os?: OperatingSystem;
  readonly bake?: boolean;
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly port?: number;
  readonly expect: 'scales' | 'stays';
}

/** Refuses values that are allowed one by one and contradict each other. */
export function checkRehearseFlags(flags: RehearseFlags): void {
  const { requests, concurrency, min, max, expect, once, keep, bake, machines } = flags;
  if (bake === true && machines === 'process')
    throw new ServiceError(
      'FlagInvalid',
      '--bake makes an image that machines boot from, and those of --machines process do not boot; leave one out',
    );
  if (once === true && keep === true)
    throw new ServiceError(
      'FlagInvalid',
      '--once ends the rehearsal and --keep holds it up; give one of them',
    );
  if (bake === true && expect === 'stays')
    throw new ServiceError(
      'FlagInvalid',
      '--bake shows in the instance that a scale-out adds, and --expect stays adds none; give one of them',
    );
  if (concurrency !== undefined && concurrency > requests)
    throw new ServiceError(
      'FlagInvalid',
      `--concurrency is ${concurrency}, above --requests ${requests}; ab takes at most as many connections as requests`,
    );
  if (min === undefined || max === undefined) return;
  if (min > max)
    throw new ServiceError(
      'FlagInvalid',
      `--min is ${min}, above --max ${max}; raise the max or lower the min`,
    );
  if (min === max && expect === 'scales')
    throw new ServiceError(
      'FlagInvalid',
      `--min and --max are both ${min}, so the group can't scale; raise --max, or say --expect stays`,
    );
}
