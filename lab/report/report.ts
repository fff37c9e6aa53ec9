/** The report of a rehearsal, made of nothing but its events. The shape is what `.lab/report.json` holds. */
import { type ByStatusClass, combine, noAnswers } from '../balancer/balancer';
import type { LabEvent, LoadResult, Phase } from '../events';
import { type InstanceReport, instancesOf } from './instances';
import { all, type Since } from './select';
import { type SecondReport, timelineOf } from './timeline';
import { judge, type Verdict } from './verdict';

/** `scales`: from the minimum to more and back. `stays`: light load, at the minimum throughout. */
export type Expectation = 'scales' | 'stays';

export interface ReportSettings {
  readonly requests: number;
  readonly concurrency: number;
  /** Percent; `none` where no policy follows the CPU. */
  readonly cpuTarget: number | 'none';
  readonly min: number;
  readonly max: number;
  readonly speed: number;
  readonly expectation: Expectation;
  /** When the command began, milliseconds since the epoch. @default the time of the first event */
  readonly startedAt?: number;
}

/** All times named `at` and all `seconds` are seconds; `at` counts from the start. */
export interface Report {
  readonly version: 1;
  readonly settings: Omit<ReportSettings, 'startedAt'>;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly passed: boolean;
  readonly verdict: Verdict;
  /** Of the lab's balancer, and the DNS name that stands in its place on AWS. */
  readonly url?: string;
  readonly dnsName?: string;
  readonly phases: readonly PhaseReport[];
  /** Where each second went until the balancer passed on a first answer; absent when it never did. */
  readonly firstAnswer?: FirstAnswer;
  /** One entry a second, from the first sign of the group to the start of its destruction. */
  readonly timeline: readonly SecondReport[];
  readonly decisions: readonly DecisionReport[];
  readonly alarms: readonly AlarmReport[];
  /** Each step of each instance refresh. */
  readonly refreshes: readonly RefreshReport[];
  readonly loads: readonly LoadResult[];
  readonly requests: RequestsReport;
  /** Absent unless the rehearsal made a golden image. */
  readonly baked?: BakedReport;
  readonly instances: readonly InstanceReport[];
  readonly notices: readonly { readonly at: number; readonly level: string; readonly text: string }[];
}

export interface PhaseReport {
  readonly phase: Phase;
  readonly at: number;
  readonly seconds: number;
  readonly state: 'running' | 'finished' | 'failed';
}

export interface FirstAnswer {
  readonly seconds: number;
  /** Phases in their order, and `between phases` for what no phase accounts for. They add up to `seconds`. */
  readonly parts: readonly { readonly name: string; readonly seconds: number }[];
  /** The resources that Terraform took longest for, longest first; some run side by side. */
  readonly slowestResources: readonly { readonly address: string; readonly seconds: number }[];
}

export interface BakedReport {
  readonly at: number;
  readonly imageId: string;
  readonly bakedFrom: string;
  readonly seconds: number;
}

export interface DecisionReport {
  readonly at: number;
  readonly policy: string;
  readonly from: number;
  readonly to: number;
  readonly cause: string;
}

export interface RefreshReport {
  readonly at: number;
  readonly refreshId: string;
  readonly status: string;
  readonly percentageComplete: number;
  readonly instancesToUpdate: number;
  readonly reason?: string;
}

export interface AlarmReport {
  readonly at: number;
  readonly alarm: string;
  readonly state: string;
  readonly reason: string;
}

export interface RequestsReport {
  /** Counted by ab, over all its runs. */
  readonly ab: { readonly made: number; readonly failed: number; readonly non2xx: number };
  /** Counted by the balancer: everybody's requests, ab's among them. */
  readonly balancer: {
    readonly total: number;
    /** What clients were answered, the balancer's own answers included. */
    readonly answers: ByStatusClass;
    /** 5xx that an instance answered. */
    readonly target5xx: number;
    /** 5xx of the balancer's own making. */
    readonly balancer5xx: number;
    /** Connections that an instance reset or closed with a request open. */
    readonly resets: number;
  };
}

export function buildReport(events: readonly LabEvent[], settings: ReportSettings): Report {
  const { startedAt = events[0]?.at ?? 0, ...kept } = settings;
  const endedAt = events.at(-1)?.at ?? startedAt;
  const since: Since = (at) => round((at - startedAt) / 1000);
  // What the destruction does to the group is no scale-in, and its refused requests are nobody's loss.
  const life = beforeDestruction(events);
  const url = lastOf(life, 'url');
  const baked = lastOf(life, 'baked');
  const reported = {
    loads: all(life, 'load').flatMap((load) => (load.result === undefined ? [] : [load.result])),
    requests: requestsOf(life),
    instances: instancesOf(events, since),
    timeline: timelineOf(life, since),
  };
  const verdict = judge(life, reported, kept);
  return {
    version: 1,
    settings: kept,
    startedAt: new Date(startedAt).toISOString(),
    seconds: since(endedAt),
    passed: verdict.every(({ passed }) => passed),
    verdict,
    ...(url === undefined ? {} : { url: url.url, dnsName: url.dnsName }),
    ...(baked === undefined
      ? {}
      : {
          baked: {
            at: since(baked.at),
            imageId: baked.imageId,
            bakedFrom: baked.bakedFrom,
            seconds: baked.seconds,
          },
        }),
    phases: phasesOf(events, since, endedAt),
    firstAnswer: firstAnswerOf(events, startedAt),
    decisions: all(life, 'decision').map(({ at, policy, from, to, cause }) => ({
      at: since(at),
      policy,
      from,
      to,
      cause,
    })),
    alarms: all(life, 'alarm').map(({ at, alarm, state, reason }) => ({
      at: since(at),
      alarm,
      state,
      reason,
    })),
    refreshes: all(life, 'refresh').map(({ at, type, group, ...step }) => ({ at: since(at), ...step })),
    notices: all(events, 'notice').map(({ at, level, text }) => ({ at: since(at), level, text })),
    ...reported,
  };
}

function lastOf<Type extends LabEvent['type']>(events: readonly LabEvent[], type: Type) {
  return all(events, type).at(-1);
}

function beforeDestruction(events: readonly LabEvent[]): readonly LabEvent[] {
  const end = events.findIndex((event) => event.type === 'phase' && event.phase === 'destroy');
  return end === -1 ? events : events.slice(0, end);
}

function phasesOf(events: readonly LabEvent[], since: Since, endedAt: number): PhaseReport[] {
  const transitions = all(events, 'phase');
  return transitions.flatMap((start, index) => {
    if (start.state !== 'started') return [];
    const end = transitions
      .slice(index + 1)
      .find(({ phase, state }) => phase === start.phase && state !== 'started');
    return {
      phase: start.phase,
      at: since(start.at),
      seconds: round(((end?.at ?? endedAt) - start.at) / 1000),
      state: end === undefined ? 'running' : end.state === 'failed' ? 'failed' : 'finished',
    } satisfies PhaseReport;
  });
}

function firstAnswerOf(events: readonly LabEvent[], startedAt: number): FirstAnswer | undefined {
  const answered = all(events, 'requests').find(({ total, balancer5xx }) => total > balancer5xx);
  if (answered === undefined) return undefined;
  const before = events.filter(({ at }) => at <= answered.at);
  const parts = phasesOf(before, (at) => at, answered.at).map(({ phase, seconds }) => ({
    name: phase,
    seconds,
  }));
  const seconds = round((answered.at - startedAt) / 1000);
  const between = round(seconds - parts.reduce((sum, part) => sum + part.seconds, 0));
  return {
    seconds,
    parts: between > 0 ? [...parts, { name: 'between phases', seconds: between }] : parts,
    slowestResources: all(before, 'terraform')
      .filter(({ state, action }) => state === 'finished' && action !== 'read')
      .sort((one, other) => other.elapsedSeconds - one.elapsedSeconds)
      .slice(0, 5)
      .map(({ address, elapsedSeconds }) => ({ address, seconds: elapsedSeconds })),
  };
}

function requestsOf(life: readonly LabEvent[]): RequestsReport {
  const loads = all(life, 'load').flatMap(({ result }) => (result === undefined ? [] : [result]));
  const seconds = all(life, 'requests');
  const total = sum(seconds.map((second) => second.total));
  const target5xx = sum(seconds.map((second) => second.target5xx));
  const balancer5xx = sum(seconds.map((second) => second.balancer5xx));
  return {
    ab: {
      made: sum(loads.map((load) => load.completed)),
      failed: sum(loads.map((load) => load.failed)),
      non2xx: sum(loads.map((load) => load.non2xx)),
    },
    balancer: {
      total,
      answers: seconds.reduce(
        (counted, { answers }) => combine(counted, answers, (one, other) => one + other),
        noAnswers,
      ),
      target5xx,
      balancer5xx,
      resets: sum(seconds.map((second) => second.resets)),
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** To a tenth: what a person reads, and finer than the one second of most samples. */
function round(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
