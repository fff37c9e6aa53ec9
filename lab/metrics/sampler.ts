/**
 * Once a second: every machine's CPU and every balancer's counters. Once a period: what the second-by-second samples
 * come to goes to the scaling policies and to CloudWatch.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Surroundings } from '../autoscaling/action';
import { instancesInService } from '../autoscaling/capacity';
import type { Group, Region } from '../autoscaling/model';
import { isWarm, recordDatapoint } from '../autoscaling/scaling';
import { metricPeriod } from '../autoscaling/target-tracking';
import { type BalancerCounters, combine, noRequests } from '../balancer/balancer';
import type { DataPlane, DataPlanes } from '../balancer/data-planes';
import type { LoadBalancing } from '../cloud/load-balancing';
import type { MachineFleet } from '../machines/fleet';
import { type CpuDatapoint, putCpu, putRequests } from './cloudwatch';
import { average, type CpuReading, cpuPercent, groupAverage } from './cpu';

export interface SamplerOptions {
  readonly region: Region;
  readonly fleet: MachineFleet;
  readonly dataPlanes: DataPlanes;
  readonly loadBalancing: () => LoadBalancing;
  readonly surroundings: () => Surroundings;
  readonly cloudwatch: CloudWatchClient;
  /** A scaling decision may have been made. */
  readonly onDatapoint: () => void;
}

export class Sampler {
  #timer: NodeJS.Timeout | undefined;
  #sampling: Promise<void> | undefined;
  readonly #readings = new Map<string, CpuReading>();
  readonly #counters = new Map<string, BalancerCounters>();
  readonly #periodCounters = new Map<string, BalancerCounters>();
  /** This period's percents by instance, all of them and those of warm ones by group. */
  readonly #samples = new Map<string, number[]>();
  readonly #warmSamples = new Map<string, Map<string, number[]>>();
  #period: number | undefined;

  constructor(private readonly options: SamplerOptions) {}

  start(): void {
    this.#timer = setInterval(() => {
      // A host too busy to finish a sample within a second skips the next one rather than pile them up.
      this.#sampling ??= this.#sample().finally(() => {
        this.#sampling = undefined;
      });
    }, 1000);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sampling;
  }

  async #sample(): Promise<void> {
    try {
      await this.#sampleCpu();
      await this.#sampleRequests();
      await this.#closePeriod();
    } catch (error) {
      const text = `A sample was lost: ${error instanceof Error ? error.message : String(error)}`;
      this.options.surroundings().emit({ type: 'notice', level: 'warning', text });
    }
  }

  async #sampleCpu(): Promise<void> {
    const percents = new Map<string, number>();
    for (const machine of this.options.fleet.running) {
      const seconds = await machine.cpuSeconds();
      const reading = { at: Date.now(), seconds };
      const before = this.#readings.get(machine.instanceId);
      this.#readings.set(machine.instanceId, reading);
      if (before !== undefined)
        percents.set(machine.instanceId, cpuPercent(before, reading, machine.capacity));
    }
    for (const group of this.options.region.groups.values()) this.#keepSamples(group, percents);
  }

  #keepSamples(group: Group, percents: ReadonlyMap<string, number>): void {
    const around = this.options.surroundings();
    const warm = this.#warmSamples.get(group.name) ?? new Map<string, number[]>();
    this.#warmSamples.set(group.name, warm);
    for (const instance of group.instances.values()) {
      const percent = percents.get(instance.id);
      if (percent === undefined) continue;
      around.emit({ type: 'cpu', group: group.name, instanceId: instance.id, percent });
      append(this.#samples, instance.id, percent);
      if (isWarm(group, instance, around)) append(warm, instance.id, percent);
    }
  }

  async #sampleRequests(): Promise<void> {
    const { emit } = this.options.surroundings();
    for (const { arn, balancer, description } of this.options.dataPlanes.all) {
      const now = await balancer.counters();
      const before = this.#counters.get(arn) ?? noRequests;
      this.#counters.set(arn, now);
      const delta = difference(before, now);
      emit({
        type: 'requests',
        loadBalancer: description.configuration.loadBalancerName,
        total: delta.requests,
        perInstance: Object.fromEntries(
          Object.entries(delta.perTarget).map(([id, { requests }]) => [id, requests]),
        ),
        answers: delta.answers,
        target5xx: delta.target5xx,
        balancer5xx: delta.balancer5xx,
        resets: delta.resets,
      });
    }
  }

  /** Periods begin at whole multiples of their length, as CloudWatch's do. */
  async #closePeriod(): Promise<void> {
    const around = this.options.surroundings();
    const length = around.pace.milliseconds(metricPeriod);
    const period = Math.floor(around.now / length) * length;
    const closed = this.#period;
    this.#period = period;
    if (closed === undefined || closed === period) return;
    const cpu = [...this.options.region.groups.values()].map((group) =>
      this.#recordCpu(group, closed, around),
    );
    this.#samples.clear();
    this.#warmSamples.clear();
    this.options.onDatapoint();
    // CloudWatch last: one that fails takes neither a decision nor another group's datapoint along.
    const puts = [
      ...cpu.map((datapoint) => putCpu(this.options.cloudwatch, closed, datapoint)),
      ...this.options.dataPlanes.all.map((plane) => this.#recordRequests(plane, closed)),
    ];
    const failed = (await Promise.allSettled(puts)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  #recordCpu(group: Group, at: number, around: Surroundings): CpuDatapoint {
    const value = groupAverage(this.#warmSamples.get(group.name) ?? new Map());
    recordDatapoint(group, { at, value }, around);
    const instancePercents = new Map(
      instancesInService(group).flatMap(({ id }): [string, number][] => {
        const percent = average(this.#samples.get(id) ?? []);
        return percent === undefined ? [] : [[id, percent]];
      }),
    );
    return { group: group.name, groupPercent: value, instancePercents };
  }

  async #recordRequests({ arn, description }: DataPlane, at: number): Promise<void> {
    const { targetGroupArn } = description.configuration;
    const now = this.#counters.get(arn) ?? noRequests;
    const delta = difference(this.#periodCounters.get(arn) ?? noRequests, now);
    this.#periodCounters.set(arn, now);
    const targets = [...(this.options.region.targetGroups.get(targetGroupArn)?.values() ?? [])];
    await putRequests(this.options.cloudwatch, at, {
      loadBalancer: description.dimension,
      targetGroup: this.options.loadBalancing().targetGroups.get(targetGroupArn)?.dimension ?? '',
      requests: delta.requests,
      healthyTargets: targets.filter(({ state }) => state === 'healthy').length,
      target5xx: delta.target5xx,
      balancer5xx: delta.balancer5xx,
    });
  }
}

function append(samples: Map<string, number[]>, id: string, percent: number): void {
  const known = samples.get(id);
  if (known === undefined) samples.set(id, [percent]);
  else known.push(percent);
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
      Object.entries(now.perTarget).map(([id, { requests, http5xx }]) => [
        id,
        {
          requests: requests - (before.perTarget[id]?.requests ?? 0),
          http5xx: http5xx - (before.perTarget[id]?.http5xx ?? 0),
        },
      ]),
    ),
  };
}
