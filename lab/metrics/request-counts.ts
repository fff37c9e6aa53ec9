/** What the balancers count: their counters of the second before and of the period before, and the differences. */
import type { Region } from '../autoscaling/model';
import {
  type BalancerCounters,
  combine,
  combineCounts,
  noRequests,
  nothingCounted,
} from '../balancer/balancer';
import type { DataPlane, DataPlanes } from '../balancer/data-planes';
import type { LoadBalancing } from '../cloud/load-balancing';
import type { RequestDatapoint } from './cloudwatch';

export class RequestCounts {
  readonly #counters = new Map<string, BalancerCounters>();
  readonly #periodCounters = new Map<string, BalancerCounters>();

  /** As they were last read. */
  get latest(): readonly BalancerCounters[] {
    return [...this.#counters.values()];
  }

  /** Since the reading before. */
  async read({ arn, balancer }: DataPlane): Promise<BalancerCounters> {
    const now = await balancer.counters();
    const before = this.#counters.get(arn) ?? noRequests;
    this.#counters.set(arn, now);
    return difference(before, now);
  }

  /** Ends the period: the next one counts from here. */
  close(dataPlanes: DataPlanes, region: Region, loadBalancing: LoadBalancing): RequestDatapoint[] {
    return dataPlanes.all.map(({ arn, description }) => {
      const { targetGroupArn } = description.configuration;
      const now = this.#counters.get(arn) ?? noRequests;
      const delta = difference(this.#periodCounters.get(arn) ?? noRequests, now);
      this.#periodCounters.set(arn, now);
      const targets = [...(region.targetGroups.get(targetGroupArn)?.values() ?? [])];
      return {
        loadBalancer: description.dimension,
        targetGroup: loadBalancing.targetGroups.get(targetGroupArn)?.dimension ?? '',
        requests: delta.requests,
        healthyTargets: targets.filter(({ state }) => state === 'healthy').length,
        target5xx: delta.target5xx,
        balancer5xx: delta.balancer5xx,
      };
    });
  }
}

/** A balancer that was restarted begins at nothing: then what it counts now is the difference. */
function difference(before: BalancerCounters, now: BalancerCounters): BalancerCounters {
  if (now.requests < before.requests) return now;
  return {
    requests: now.requests - before.requests,
    answers: combine(now.answers, before.answers, (later, earlier) => later - earlier),
    target5xx: now.target5xx - before.target5xx,
    balancer5xx: now.balancer5xx - before.balancer5xx,
    resets: now.resets - before.resets,
    perTarget: Object.fromEntries(
      Object.entries(now.perTarget).map(([id, count]) => [
        id,
        combineCounts(count, before.perTarget[id] ?? nothingCounted, (later, earlier) => later - earlier),
      ]),
    ),
  };
}
