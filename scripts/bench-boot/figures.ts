/** How several boots become one verdict. Pure. */
import { median } from '../bench-runtime/figures';
import type { Segment } from './timeline';

/**
 * What is booted, in the order of each round. `idle` has nothing to do: what a machine and its cloud-init take by
 * themselves, measured beside the rest since it depends on the host.
 */
export const boots = ['idle', 'stock', 'baked'] as const;
export type Boot = (typeof boots)[number];

/** Seconds from the machine's start to the first 200 through nginx. */
export const bounds = { stock: 15, baked: 4 } as const;

export interface Run {
  readonly seconds: number;
  readonly segments: readonly Segment[];
}

export type Runs = Readonly<Record<Boot, readonly Run[]>>;
/** Medians, each segment's by itself: they need not add up. */
export type Figures = Readonly<Record<Boot, Run>>;

export interface Goal {
  readonly name: string;
  readonly reached: number;
  readonly bound: number;
  readonly passed: boolean;
}

export function figuresOf(runs: Runs): Figures {
  return Object.fromEntries(boots.map((boot) => [boot, summary(runs[boot])])) as Figures;
}

export function goalsOf(figures: Figures): Goal[] {
  return (['stock', 'baked'] as const).map((boot) => {
    const reached = figures[boot].seconds;
    // A figure that is no number has not been reached.
    return { name: boot, reached, bound: bounds[boot], passed: reached <= bounds[boot] };
  });
}

function summary(runs: readonly Run[]): Run {
  const names = new Set(runs.flatMap(({ segments }) => segments.map(({ name }) => name)));
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    segments: [...names].map((name) => ({
      name,
      seconds: median(runs.map(({ segments }) => segments.find((each) => each.name === name)?.seconds ?? 0)),
    })),
  };
}
