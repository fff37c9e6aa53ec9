/**
 * The alarms that are in CloudWatch. moto keeps them and evaluates none: this does, each time that a period of one is
 * over, writes the state back, and says which scaling policies are invoked.
 */
import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { resultOf } from '../autoscaling/metric-math';
import type { AlarmState, WatchedAlarm } from '../autoscaling/model';
import { metricPeriod } from '../autoscaling/tracked-metric';
import type { Pace } from '../pace';
import { stateOf } from './alarm-rules';
import { type ReadableAlarm, readAlarm, Unsupported } from './readable-alarm';
import { statisticOf } from './statistics-of';

export interface AlarmSays {
  readonly alarm: string;
  /** What is in the alarm's actions for its state: ARNs of policies among others. */
  readonly actions: readonly string[];
  readonly threshold: number;
  readonly value: number | undefined;
}

interface Watched {
  /** The alarm's definition, as text: another one begins anew. */
  readonly definition: string;
  readonly values: (number | undefined)[];
  readonly last: Map<string, number>;
  /** The number of the period that was evaluated last. */
  evaluated: number;
  /** Whether a value has ever come. */
  alive: boolean;
  /** Rule A9: an action that scales is invoked again each minute while the state lasts. */
  invokedIn: number | undefined;
  state: string | undefined;
}

export class AlarmWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #refused = new Set<string>();

  constructor(
    private readonly cloudwatch: CloudWatchClient,
    private readonly warn: (text: string) => void,
  ) {}

  /** Whether there was one that can be evaluated. */
  get hasSome(): boolean {
    return this.#watched.size > 0;
  }

  /** Those that name something to do, whether they can be evaluated or not. */
  async look(now: number, pace: Pace): Promise<{ alarms: WatchedAlarm[]; says: AlarmSays[] }> {
    const described = await this.#describe();
    const names = new Set(described.map(({ AlarmName }) => AlarmName));
    for (const name of this.#watched.keys()) if (!names.has(name)) this.#watched.delete(name);
    const says: AlarmSays[] = [];
    for (const alarm of described) says.push(...(await this.#evaluate(alarm, now, pace)));
    return { alarms: described.map(summary).filter(({ actions }) => actions.length > 0), says };
  }

  async #describe(): Promise<MetricAlarm[]> {
    const alarms: MetricAlarm[] = [];
    let token: string | undefined;
    do {
      const { MetricAlarms = [], NextToken } = await this.cloudwatch.send(
        new DescribeAlarmsCommand({ NextToken: token }),
      );
      alarms.push(...MetricAlarms);
      token = NextToken;
    } while (token !== undefined);
    return alarms;
  }

  async #evaluate(described: MetricAlarm, now: number, pace: Pace): Promise<AlarmSays[]> {
    const alarm = this.#read(described);
    if (alarm === undefined) return [];
    const length = pace.milliseconds(alarm.period);
    const present = Math.floor(now / length);
    const watched = this.#entry(alarm, present);
    for (let period = watched.evaluated + 1; period < present; period += 1) {
      await this.#readPeriod(alarm, watched, period, length);
    }
    const isNews = watched.evaluated < present - 1;
    watched.evaluated = present - 1;
    // Nobody has ever reported to it: whatever state it was given stands.
    if (!watched.alive) return [];
    if (isNews) await this.#settle(alarm, watched);
    return this.#invoke(alarm, watched, Math.floor(now / pace.milliseconds(metricPeriod)));
  }

  #entry(alarm: ReadableAlarm, present: number): Watched {
    const definition = JSON.stringify(alarm.definition);
    const known = this.#watched.get(alarm.name);
    if (known?.definition === definition) return known;
    const watched: Watched = {
      definition,
      values: [],
      last: new Map(),
      evaluated: present - 1 - alarm.rule.evaluationPeriods,
      alive: false,
      invokedIn: undefined,
      state: undefined,
    };
    this.#watched.set(alarm.name, watched);
    return watched;
  }

  async #readPeriod(alarm: ReadableAlarm, watched: Watched, period: number, length: number): Promise<void> {
    const values = new Map<string, number | undefined>();
    for (const { id, source } of alarm.queries) {
      if (!('stat' in source)) continue;
      const own = { at: period * length, length };
      values.set(id, await statisticOf(this.cloudwatch, source.stat, own, alarm.period));
    }
    const value = resultOf(alarm.queries, values, watched.last);
    watched.values.push(value);
    watched.values.splice(0, watched.values.length - alarm.rule.evaluationPeriods);
    watched.alive ||= value !== undefined;
  }

  async #settle(alarm: ReadableAlarm, watched: Watched): Promise<void> {
    const state = stateOf(alarm.rule, watched.values) ?? watched.state ?? alarm.state;
    if (watched.state !== state) watched.invokedIn = undefined;
    watched.state = state;
    // Written also where somebody else had set another one since.
    if (state === alarm.state) return;
    const listed = watched.values.map((value) => value ?? 'none').join(', ');
    await this.cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName: alarm.name,
        StateValue: state as AlarmState,
        StateReason: `Threshold ${alarm.rule.threshold}; the last values: ${listed}`,
      }),
    );
  }

  #invoke(alarm: ReadableAlarm, watched: Watched, minute: number): AlarmSays[] {
    if (!alarm.actionsEnabled || watched.state === undefined || watched.invokedIn === minute) return [];
    watched.invokedIn = minute;
    const actions = alarm.actions[watched.state] ?? [];
    if (actions.length === 0) return [];
    return [{ alarm: alarm.name, actions, threshold: alarm.rule.threshold, value: watched.values.at(-1) }];
  }

  /** One that can't be evaluated is told once, and keeps its state. */
  #read(described: MetricAlarm): ReadableAlarm | undefined {
    try {
      return readAlarm(described);
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      if (!this.#refused.has(error.message)) this.warn(error.message);
      this.#refused.add(error.message);
      return undefined;
    }
  }
}

function summary({
  AlarmName = '',
  AlarmArn = '',
  AlarmActions = [],
  OKActions = [],
  InsufficientDataActions = [],
}: MetricAlarm): WatchedAlarm {
  return {
    name: AlarmName,
    arn: AlarmArn,
    actions: [...AlarmActions, ...OKActions, ...InsufficientDataActions],
  };
}
