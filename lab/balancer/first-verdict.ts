/** Rule D2: when a new target leaves `initial`, by what HAProxy's checks of its slot have shown. */
import { hasPassed, type Row, wasChecked } from './statistics';

/**
 * HAProxy takes its own view of a slot that leaves maintenance: up, and down at the first failed check. Forced to
 * full health instead (`set server … health up`), it falls after `fall` failed checks in a row, which is the
 * unhealthy threshold of a new target; and any passed check is the one it needs.
 *
 * A slot used before still shows the last check of the target before, so it is not forced at first: its health
 * stands at `rise` until its first check of the new target moves it.
 */
export type FirstVerdict = 'pending' | 'force' | 'healthy' | 'unhealthy';

/** @param showsFormerCheck whether the slot was used before and has not been forced since */
export function firstVerdict(row: Row, showsFormerCheck: boolean): FirstVerdict {
  if (!wasChecked(row)) return 'pending';
  if (showsFormerCheck && row.checkHealth === row.checkRise) return 'pending';
  if (hasPassed(row)) return 'healthy';
  if (showsFormerCheck) return 'force';
  return row.checkHealth === 0 ? 'unhealthy' : 'pending';
}
