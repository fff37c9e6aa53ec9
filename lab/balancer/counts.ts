/**
 * What the balancer and each of its targets have counted. A slot's counters go on from one target to the next, a target
 * may come back into another slot, and no counter may sink: so each begins at a baseline and is kept at its end. Pure.
 */
import {
  type BalancerCounters,
  combine,
  combineCounts,
  noAnswers,
  nothingCounted,
  type TargetCount,
} from './balancer';
import { type Row, type Totals, totals } from './statistics';

export class Counts {
  /** What a slot had counted when its target came. */
  readonly #baselines = new Map<string, TargetCount>();
  /** What targets had counted when they left their slots. */
  readonly #former = new Map<string, TargetCount>();
  #totals: Totals = { requests: 0, answers: noAnswers, target5xx: 0, balancer5xx: 0, resets: 0 };

  /** Of every read of the statistics: read less often the totals would be no less true. */
  noteTotals(rows: readonly Row[]): void {
    const now = totals(rows);
    this.#totals = {
      requests: Math.max(this.#totals.requests, now.requests),
      answers: combine(this.#totals.answers, now.answers, Math.max),
      target5xx: Math.max(this.#totals.target5xx, now.target5xx),
      balancer5xx: Math.max(this.#totals.balancer5xx, now.balancer5xx),
      resets: Math.max(this.#totals.resets, now.resets),
    };
  }

  /** @param inSlot what its slot has counted so far */
  begin(id: string, inSlot: TargetCount): void {
    this.#baselines.set(id, inSlot);
  }

  end(id: string, inSlot: TargetCount): void {
    this.#former.set(id, this.#of(id, inSlot));
    this.#baselines.delete(id);
  }

  /** @param inSlots what the slots of those that are there have counted, by target */
  counters(inSlots: ReadonlyMap<string, TargetCount>): BalancerCounters {
    const present = [...inSlots].map(([id, inSlot]) => [id, this.#of(id, inSlot)] as const);
    return { ...this.#totals, perTarget: Object.fromEntries([...this.#former, ...present]) };
  }

  #of(id: string, inSlot: TargetCount): TargetCount {
    const former = this.#former.get(id) ?? nothingCounted;
    const baseline = this.#baselines.get(id) ?? nothingCounted;
    const here = combineCounts(inSlot, baseline, (now, before) => now - before);
    return combineCounts(former, here, (before, now) => before + now);
  }
}
