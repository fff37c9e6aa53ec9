/**
 * Which slot a new target takes. HAProxy spreads the checks of a backend's servers over the interval, in the
 * order of the servers, from the moment it starts; a slot is checked when its turn comes, enabled or not
 * (`start_check_task` and `process_chk_conn` in HAProxy's src/check.c). So the slot whose turn is next has the
 * shortest wait for its first check: a 32nd of the interval in place of a whole one.
 */

export interface SlotUse {
  readonly slot: number;
  /** Its turn has moved by the checks of the targets before. */
  readonly usedBefore: boolean;
}

/**
 * @param startedAt milliseconds; a moment no later than HAProxy's own start, else a turn could just have passed
 * @param interval milliseconds between two checks
 * @param total slots in the backend
 */
export function nextSlot(
  free: readonly SlotUse[],
  now: number,
  startedAt: number,
  interval: number,
  total: number,
): number | undefined {
  const untilTurn = ({ slot }: SlotUse) => {
    // Time for the commands that enable the slot.
    const earliest = now + 50;
    const sinceTurn = (earliest - startedAt - (interval * (slot - 1)) / total) % interval;
    return sinceTurn <= 0 ? -sinceTurn : interval - sinceTurn;
  };
  const unused = free.filter(({ usedBefore }) => !usedBefore);
  const candidates = unused.length > 0 ? unused : free;
  return candidates.toSorted((a, b) => untilTurn(a) - untilTurn(b))[0]?.slot;
}
