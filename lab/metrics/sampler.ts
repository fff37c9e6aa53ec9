/**
 * Once a second: every machine's CPU and every balancer's counters. Once a period: what the second-by-second samples
 * come to goes to CloudWatch, and what policies follow to the policies.
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { Surroundings } from '../autoscaling/action';
import { invocationsOf } from '../autoscaling/alarmed-policies';
import { groupMetrics } from '../autoscaling/group-metrics';
import type { Group, Region } from '../autoscaling/model';
import { metricsOf, type Reading, recordReadings } from '../autoscaling/scaling';
import { type CustomizedTracking, metricPeriod } from '../autoscaling/tracked-metric';
import type { DataPlanes } from '../balancer/data-planes';
import type { LoadBalancing } from '../cloud/load-balancing';
import type { MachineFleet } from '../machines/fleet';
import { type AlarmSays, AlarmWatch } from './alarm-watch';
import { putCpu, putGroupMetrics, putNetwork, putRequests, type RequestDatapoint } from './cloudwatch';
import { CpuSamples } from './cpu-samples';
import { NetworkCounts } from './network';
import { type Closed, Periods, whole } from './periods';
import { CustomizedMetrics, type Measured, predefinedReadings } from './readings';
import { RequestCounts } from './request-counts';
import type { Period } from './statistics-of';

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
  readonly #cpu = new CpuSamples();
  readonly #network = new NetworkCounts();
  readonly #requests = new RequestCounts();
  readonly #periods = new Periods();
  readonly #customized: CustomizedMetrics;
  readonly #alarms: AlarmWatch;

  constructor(private readonly options: SamplerOptions) {
    this.#customized = new CustomizedMetrics(options.cloudwatch);
    this.#alarms = new AlarmWatch(options.cloudwatch, (text) =>
      options.surroundings().emit({ type: 'notice', level: 'warning', text }),
    );
  }

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
      const { now, pace } = this.options.surroundings();
      const closed = this.#periods.closedBy(now, pace);
      if (closed.length > 0) await this.#close(closed);
    } catch (error) {
      const text = `A sample was lost: ${error instanceof Error ? error.message : String(error)}`;
      this.options.surroundings().emit({ type: 'notice', level: 'warning', text });
    }
  }

  async #sampleCpu(): Promise<void> {
    const percents = await this.#cpu.read(this.options.fleet);
    const around = this.options.surroundings();
    for (const group of this.options.region.groups.values()) this.#cpu.keep(group, percents, around);
  }

  async #sampleRequests(): Promise<void> {
    const { emit } = this.options.surroundings();
    for (const plane of this.options.dataPlanes.all) {
      const delta = await this.#requests.read(plane);
      emit({
        type: 'requests',
        loadBalancer: plane.description.configuration.loadBalancerName,
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

  /** CloudWatch fails after all else: it takes neither a decision nor another group's datapoint along. */
  async #close(closed: readonly Closed[]): Promise<void> {
    const groups = [...this.options.region.groups.values()];
    const period = whole(closed, metricPeriod);
    const failures: unknown[] = [];
    const measured = period && (await this.#measure(groups, period, failures));
    const says = period === undefined && !this.#alarms.hasSome ? [] : await this.#watchAlarms(failures);
    for (const group of groups) {
      const followed = metricsOf(group);
      const own = measured?.get(group);
      const readings = [
        ...(period === undefined || own === undefined ? [] : predefinedReadings(period, own, followed)),
        ...(await this.#readCustomized(followed, closed, failures)),
      ];
      const invocations = invocationsOf(group, says);
      if (readings.length + invocations.length === 0) continue;
      recordReadings(group, readings, this.options.surroundings(), invocations);
      this.options.onDatapoint();
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Goes to CloudWatch before customized metrics are read: they may be of these. */
  async #measure(
    groups: readonly Group[],
    { at }: Period,
    failures: unknown[],
  ): Promise<ReadonlyMap<Group, Measured>> {
    const { region, fleet, dataPlanes, loadBalancing } = this.options;
    await this.#network.close(fleet, this.#requests.latest);
    const requests = this.#requests.close(dataPlanes, region, loadBalancing());
    const around = this.options.surroundings();
    const measured = new Map(
      groups.map((group) => [
        group,
        { cpu: this.#cpu.datapoint(group), network: this.#network.datapoint(group, around), requests },
      ]),
    );
    this.#cpu.clear();
    failures.push(...(await this.#publish(at, [...measured.values()], requests)));
    return measured;
  }

  /** @returns what failed */
  async #publish(
    at: number,
    measured: readonly Measured[],
    requests: readonly RequestDatapoint[],
  ): Promise<unknown[]> {
    const { cloudwatch } = this.options;
    const puts = [
      ...measured.flatMap(({ cpu, network }) => [
        putCpu(cloudwatch, at, cpu),
        putNetwork(cloudwatch, at, network),
      ]),
      ...[...this.options.region.groups.values()].map((group) =>
        putGroupMetrics(cloudwatch, at, group.name, groupMetrics(group)),
      ),
      ...requests.map((plane) => putRequests(cloudwatch, at, plane)),
    ];
    const settled = await Promise.allSettled(puts);
    return settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }

  /** After all else is published that an alarm may look at. */
  async #watchAlarms(failures: unknown[]): Promise<readonly AlarmSays[]> {
    const { region, surroundings } = this.options;
    const { now, pace } = surroundings();
    try {
      const { alarms, says } = await this.#alarms.look(now, pace);
      region.alarms.clear();
      for (const alarm of alarms) region.alarms.set(alarm.name, alarm);
      return says;
    } catch (error) {
      failures.push(error);
      return [];
    }
  }

  /** A metric that can't be read has no value in this period. */
  async #readCustomized(
    followed: ReturnType<typeof metricsOf>,
    closed: readonly Closed[],
    failures: unknown[],
  ): Promise<Reading[]> {
    const customized = followed.filter(
      (metric): metric is CustomizedTracking => metric.kind === 'customized',
    );
    const readings: Reading[] = [];
    for (const metric of customized) {
      for (const period of closed.filter(({ seconds }) => seconds === metric.period)) {
        try {
          readings.push(await this.#customized.read(metric, period));
        } catch (error) {
          failures.push(error);
          readings.push({ metric, at: period.at, value: undefined });
        }
      }
    }
    return readings;
  }
}
