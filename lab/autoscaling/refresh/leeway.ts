/** How far a refresh may go from the desired capacity, as arithmetic (rule C2). */
import type { RefreshPreferences } from './refresh';

/** In units: an instance counts its weight (rule B20). */
export interface Leeway {
  /** So many more than desired, while replacements wait beside those they replace. */
  readonly surplus: number;
  /** So many fewer that are ready to serve. */
  readonly deficit: number;
}

/**
 * The minimum rounds up, the maximum down. Where that leaves no room for one instance, one bound gives way: with a maximum that
 * was set, or a minimum of 100 %, a new instance comes first; else one is terminated and launched together.
 */
export function leeway(
  desired: number,
  bounds: Pick<RefreshPreferences, 'minHealthyPercentage' | 'maxHealthyPercentage'>,
  weight = 1,
): Leeway {
  const { minHealthyPercentage: min, maxHealthyPercentage: max } = bounds;
  const deficit = desired - Math.ceil((desired * min) / 100);
  const surplus = Math.floor((desired * (max ?? 100)) / 100) - desired;
  if (surplus >= weight || deficit >= weight) return { surplus, deficit };
  return max !== undefined || min === 100 ? { surplus: weight, deficit: 0 } : { surplus: 0, deficit: weight };
}
