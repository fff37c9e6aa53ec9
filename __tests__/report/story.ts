/** A rehearsal as it should go, in events; tests break one thing each. */
import { noAnswers } from '../../lab/balancer/balancer';
import type { LabEvent, LoadResult, NewLabEvent } from '../../lab/events';
import type { ReportSettings } from '../../lab/report/report';

export const start = Date.UTC(2026, 10, 24, 12, 0, 0);
export const first = 'i-0aaaaaaaaaaaaaaa1';
export const second = 'i-0bbbbbbbbbbbbbbb2';

export const settings: ReportSettings = {
  requests: 1000,
  concurrency: 100,
  cpuTarget: 50,
  min: 1,
  max: 2,
  speed: 10,
  expectation: 'scales',
};

export const goodLoad: LoadResult = {
  run: 1,
  requests: 1000,
  concurrency: 100,
  completed: 1000,
  seconds: 20,
  requestsPerSecond: 50,
  failed: 0,
  failures: { connect: 0, receive: 0, length: 0, exceptions: 0 },
  non2xx: 0,
  percentiles: { 50: 10, 90: 20, 99: 30, 100: 40 },
  perInstance: { [first]: 700, [second]: 300 },
  outputFile: '.lab/load/ab-1.txt',
};

/** @param second since the start */
export function at(second: number, event: NewLabEvent): LabEvent {
  return { ...event, at: start + second * 1000 } as LabEvent;
}

const group = 'web';

export function capacity(second: number, desired: number, inService: number): LabEvent {
  return at(second, { type: 'capacity', group, desired, inService });
}

export function requests(
  second: number,
  change: Partial<Extract<LabEvent, { type: 'requests' }>> = {},
): LabEvent {
  return {
    type: 'requests',
    at: start + second * 1000,
    loadBalancer: 'web',
    total: 50,
    perInstance: { [first]: 50 },
    answers: { ...noAnswers, '2xx': change.total ?? 50 },
    target5xx: 0,
    balancer5xx: 0,
    resets: 0,
    ...change,
  };
}

export function datapoint(second: number, value: number, breaches = 0): LabEvent {
  const alarm = 'TargetTracking-web-AlarmHigh-1';
  return at(second, {
    type: 'datapoint',
    group,
    policy: 'web-cpu',
    alarm,
    direction: 'high',
    value,
    unit: '%',
    threshold: 50,
    breaching: breaches > 0,
    breaches,
    needed: 3,
  });
}

/** @param secondImage what the instance booted from that the scale-out added */
export function goodStory(load: Partial<LoadResult> = {}, secondImage = 'ami-1'): LabEvent[] {
  const instance = (
    when: number,
    instanceId: string,
    state: 'Pending' | 'InService' | 'Terminating' | 'Terminated',
  ) =>
    at(when, {
      type: 'instance',
      group,
      instanceId,
      zone: 'eu-central-1a',
      imageId: instanceId === second ? secondImage : 'ami-1',
      state,
    });
  const target = (when: number, instanceId: string, state: 'initial' | 'healthy' | 'draining') =>
    at(when, { type: 'target', targetGroup: 'web', instanceId, state });
  return [
    at(0, { type: 'phase', phase: 'check', state: 'started' }),
    at(2, { type: 'phase', phase: 'check', state: 'finished' }),
    at(3, { type: 'phase', phase: 'apply', state: 'started' }),
    terraform(60, 'aws_lb.web', 'finished', 42, 17),
    capacity(61, 1, 0),
    instance(61, first, 'Pending'),
    instance(70, first, 'InService'),
    capacity(70, 1, 1),
    target(71, first, 'healthy'),
    at(90, { type: 'phase', phase: 'apply', state: 'finished' }),
    requests(92, { total: 1, perInstance: { [first]: 1 } }),
    at(92, { type: 'url', url: 'http://127.0.0.1:8080', dnsName: 'web.elb.amazonaws.com' }),
    at(93, { type: 'phase', phase: 'load', state: 'started' }),
    at(93, { type: 'load', run: 1, state: 'started' }),
    at(94, { type: 'cpu', group, instanceId: first, percent: 90 }),
    requests(94),
    datapoint(99, 90, 1),
    datapoint(105, 91, 2),
    datapoint(111, 92, 3),
    at(111, {
      type: 'alarm',
      group,
      alarm: 'TargetTracking-web-AlarmHigh-1',
      state: 'ALARM',
      reason: 'three over 50',
    }),
    at(111, { type: 'decision', group, policy: 'cpu', from: 1, to: 2, cause: 'CPU 92 % is above 50 %' }),
    capacity(111, 2, 1),
    instance(111, second, 'Pending'),
    instance(115, second, 'InService'),
    capacity(115, 2, 2),
    target(116, second, 'healthy'),
    requests(117, { perInstance: { [first]: 20, [second]: 30 } }),
    at(120, { type: 'load', run: 1, state: 'finished', result: { ...goodLoad, ...load } }),
    at(120, { type: 'phase', phase: 'load', state: 'finished' }),
    at(200, { type: 'decision', group, policy: 'cpu', from: 2, to: 1, cause: 'CPU 1 % is below 35 %' }),
    capacity(200, 1, 1),
    target(200, second, 'draining'),
    instance(230, second, 'Terminated'),
    at(231, { type: 'phase', phase: 'destroy', state: 'started' }),
    capacity(232, 0, 0),
    instance(240, first, 'Terminated'),
    at(250, { type: 'phase', phase: 'destroy', state: 'finished' }),
  ];
}

export function terraform(
  second: number,
  address: string,
  state: 'started' | 'progress' | 'finished' | 'failed',
  elapsedSeconds: number,
  done: number,
): LabEvent {
  return at(second, { type: 'terraform', action: 'create', address, state, elapsedSeconds, done, total: 31 });
}
