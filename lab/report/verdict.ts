/** Whether the rehearsal showed what it was to show: named conditions, each with the sentence that backs it. */
import type { LabEvent, LoadResult } from '../events';
import { rehearsalDefaults } from '../rehearsal-defaults';
import type { InstanceReport } from './instances';
import type { ReportSettings, RequestsReport } from './report';
import { all, type EventOf } from './select';

export interface Condition {
  readonly name:
    | 'scaled out'
    | 'scaled in'
    | 'new instance served'
    | 'booted from the baked image'
    | 'stayed at minimum'
    | 'scaling watched'
    | 'ab failed 0'
    | 'ab non-2xx 0'
    | 'balancer 5xx 0'
    | 'resets 0';
  readonly passed: boolean;
  readonly sentence: string;
}

export type Verdict = readonly Condition[];

interface Measured {
  readonly loads: readonly LoadResult[];
  readonly requests: RequestsReport;
  readonly instances: readonly InstanceReport[];
}

/** @param life the events up to the destruction */
export function judge(life: readonly LabEvent[], measured: Measured, settings: ReportSettings): Verdict {
  const sizes = all(life, 'capacity');
  const expected =
    settings.expectation === 'scales'
      ? [
          scaledOut(sizes, settings.min),
          scaledIn(sizes, settings.min),
          newInstanceServed(life, measured.loads, measured.instances),
        ]
      : [stayed(sizes, settings.min), watched(life)];
  return [...expected, ...bootedFromBaked(life), ...nothingLost(measured)];
}

/** Where the group stood above its minimum, having been at it before; -1 when it never did. */
function growthIndex(sizes: readonly EventOf<'capacity'>[], min: number): number {
  const atMinimum = sizes.findIndex(({ inService }) => inService === min);
  return atMinimum === -1
    ? -1
    : sizes.findIndex(({ inService }, index) => index > atMinimum && inService > min);
}

function scaledOut(sizes: readonly EventOf<'capacity'>[], min: number): Condition {
  const passed = growthIndex(sizes, min) !== -1;
  const most = Math.max(0, ...sizes.map(({ inService }) => inService));
  const sentence = passed
    ? `The group went from its minimum of ${min} to ${most} in service.`
    : `The group did not go from its minimum of ${min} to more; at most ${most} in service were seen.`;
  return { name: 'scaled out', passed, sentence };
}

function scaledIn(sizes: readonly EventOf<'capacity'>[], min: number): Condition {
  const growth = growthIndex(sizes, min);
  const last = sizes.at(-1);
  const passed = growth !== -1 && last?.inService === min && last.desired === min;
  const sentence = passed
    ? `It went back to ${min}.`
    : growth === -1
      ? 'It never grew, so there was nothing to go back from.'
      : `It did not go back to ${min}: at the end ${last?.inService} in service, ${last?.desired} desired.`;
  return { name: 'scaled in', passed, sentence };
}

function newInstanceServed(
  life: readonly LabEvent[],
  loads: readonly LoadResult[],
  instances: readonly InstanceReport[],
): Condition {
  const name = 'new instance served';
  const needed = `${rehearsalDefaults.newInstanceShare * 100} %`;
  const scaleOut = life.findIndex((event) => event.type === 'decision' && event.to > event.from);
  const before = new Set(all(life.slice(0, Math.max(0, scaleOut)), 'instance').map((e) => e.instanceId));
  const added = scaleOut === -1 ? [] : instances.map((i) => i.instanceId).filter((id) => !before.has(id));
  if (added.length === 0)
    return { name, passed: false, sentence: 'No instance was added by a scaling decision.' };

  const shares = added.flatMap((instanceId) =>
    loads.map((load) => ({
      instanceId,
      run: load.run,
      served: load.perInstance[instanceId] ?? 0,
      share: (load.perInstance[instanceId] ?? 0) / load.requests,
    })),
  );
  const best = shares.sort((one, other) => other.share - one.share)[0];
  if (best === undefined)
    return { name, passed: false, sentence: `${added[0]} was added, but no run of ab ended.` };
  return {
    name,
    passed: best.share >= rehearsalDefaults.newInstanceShare,
    sentence: `${best.instanceId}, added under load, answered ${best.served} requests of run ${best.run}, ${percent(best.share)}; at least ${needed} are asked for.`,
  };
}

/** Nothing to judge where no image was baked. */
function bootedFromBaked(life: readonly LabEvent[]): Condition[] {
  const at = life.findIndex(({ type }) => type === 'baked');
  const baked = life[at];
  if (baked?.type !== 'baked') return [];
  const before = new Set(all(life.slice(0, at), 'instance').map(({ instanceId }) => instanceId));
  const added = all(life.slice(at), 'instance').filter(
    ({ instanceId, state }) => state === 'InService' && !before.has(instanceId),
  );
  const others = added.filter(({ imageId }) => imageId !== baked.imageId);
  const named = (instances: typeof added) => instances.map(({ instanceId }) => instanceId).join(', ');
  const sentence =
    added.length === 0
      ? `No instance came into service after ${baked.imageId} was baked.`
      : others.length > 0
        ? `${named(others)} did not boot from the baked ${baked.imageId}.`
        : `${named(added)} booted from the baked ${baked.imageId}.`;
  const passed = added.length > 0 && others.length === 0;
  return [{ name: 'booted from the baked image', passed, sentence }];
}

function stayed(sizes: readonly EventOf<'capacity'>[], min: number): Condition {
  const reached = sizes.some(({ inService }) => inService === min);
  const most = Math.max(0, ...sizes.map(({ desired, inService }) => Math.max(desired, inService)));
  const sentence = !reached
    ? `The group never reached its minimum of ${min}.`
    : most > min
      ? `The group did not stay at its minimum of ${min}: it went to ${most}.`
      : `The group stayed at its minimum of ${min}.`;
  return { name: 'stayed at minimum', passed: reached && most === min, sentence };
}

/** A group that nobody measures stays at its minimum too. */
function watched(life: readonly LabEvent[]): Condition {
  const datapoints = all(life, 'datapoint').filter(({ direction }) => direction === 'high');
  const highest = [...datapoints].sort((one, other) => other.value - one.value)[0];
  return {
    name: 'scaling watched',
    passed: datapoints.length > 0,
    sentence:
      highest === undefined
        ? 'The high alarm got no datapoint, so nothing could have scaled the group.'
        : `The high alarm got ${datapoints.length} datapoints, the highest ${highest.value.toFixed(1)} ${highest.unit}.`,
  };
}

function nothingLost({ loads, requests }: Measured): Condition[] {
  const { ab, balancer } = requests;
  const aborted = loads.find((load) => load.aborted !== undefined)?.aborted;
  const runs = `${loads.length} ${loads.length === 1 ? 'run' : 'runs'}`;
  const counted = (count: number, what: string) => `${what}: ${count} in ${runs} of ab.`;
  return [
    {
      name: 'ab failed 0',
      passed: loads.length > 0 && ab.failed === 0 && aborted === undefined,
      sentence:
        loads.length === 0
          ? 'No run of ab ended.'
          : [counted(ab.failed, 'Failed requests'), aborted].filter(Boolean).join(' '),
    },
    {
      name: 'ab non-2xx 0',
      passed: loads.length > 0 && ab.non2xx === 0,
      sentence: loads.length === 0 ? 'No run of ab ended.' : counted(ab.non2xx, 'Answers other than 2xx'),
    },
    {
      name: 'balancer 5xx 0',
      passed: balancer.total > 0 && balancer.balancer5xx === 0,
      sentence: `The balancer itself answered 5xx ${balancer.balancer5xx} times in ${balancer.total} requests.`,
    },
    {
      name: 'resets 0',
      passed: balancer.resets === 0,
      sentence: `Instances reset or closed ${balancer.resets} connections with a request open.`,
    },
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
