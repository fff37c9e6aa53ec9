/** CPU as figures: seconds used become percent, percents become a period's datapoint. */

export interface CpuReading {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** CPU seconds used so far. */
  readonly seconds: number;
}

/** Percent of the machine's capacity used between two readings, as `mpstat` shows it: never over 100. */
export function cpuPercent(before: CpuReading, after: CpuReading, capacity: number): number {
  const elapsed = (after.at - before.at) / 1000;
  if (elapsed <= 0) return 0;
  const share = (after.seconds - before.seconds) / elapsed / capacity;
  return Math.min(100, Math.max(0, share * 100));
}

export function average(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * What one period's samples come to. Each instance's own average first, then the average over the instances: one
 * that was there for half the period counts as much as the others, as in CloudWatch's Average over instances.
 */
export function groupAverage(samples: ReadonlyMap<string, readonly number[]>): number | undefined {
  return average([...samples.values()].flatMap((values) => average(values) ?? []));
}
