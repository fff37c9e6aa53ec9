import {
  deregisterTarget,
  forgetDrained,
  judgeTargets,
  registerTarget,
  type TargetGroups,
  type TargetState,
  targetsOf,
} from '../../lab/autoscaling/targets';
import type { ProbeResult } from '../../lab/balancer/balancer';

const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
const none: ProbeResult = { outcome: 'none', up: false };
const passed: ProbeResult = { outcome: 'passed', up: true };
const passedButDown: ProbeResult = { outcome: 'passed', up: false };
const failed: ProbeResult = {
  outcome: 'failed',
  up: false,
  reason: 'Target.Timeout',
  description: 'Request timed out',
};
const failedButUp: ProbeResult = { ...failed, up: true };

function registered(): { groups: TargetGroups; state: (probe?: ProbeResult) => TargetState | undefined } {
  const groups: TargetGroups = new Map();
  registerTarget(groups, arn, 'i-1', 80);
  return {
    groups,
    state: (probe) => {
      const targets = targetsOf(groups, arn);
      if (probe !== undefined) judgeTargets(targets, new Map([['i-1', probe]]));
      return targets.get('i-1')?.state;
    },
  };
}

describe('what health checks make of a target (rules D1, D2)', () => {
  test.each<[string, ProbeResult[], TargetState]>([
    ['before the first check it is initial', [none], 'initial'],
    ['one passed check makes a new target healthy', [none, passed], 'healthy'],
    ['one failed check makes a new target unhealthy', [none, failed], 'unhealthy'],
    ['a failed check below the threshold leaves it healthy', [passed, failedButUp], 'healthy'],
    ['past the threshold it is unhealthy', [passed, failedButUp, failed], 'unhealthy'],
    ['one passed check does not bring an unhealthy target back', [failed, passedButDown], 'unhealthy'],
    ['past the healthy threshold it is back', [failed, passedButDown, passed], 'healthy'],
  ])('%s', (_title, probes, expected) => {
    const target = registered();
    for (const probe of probes) target.state(probe);
    expect(target.state()).toBe(expected);
  });

  test('an unhealthy target says why, a healthy one gives no reason', () => {
    const target = registered();
    target.state(failed);
    const entry = targetsOf(target.groups, arn).get('i-1');
    expect(entry).toMatchObject({ reason: 'Target.Timeout', description: 'Request timed out' });
    target.state(passed);
    expect(entry).toMatchObject({ state: 'healthy', reason: undefined, description: undefined });
  });

  test('without a listener it is unused, and checked from the start once there is one', () => {
    const target = registered();
    judgeTargets(targetsOf(target.groups, arn), undefined);
    expect(target.state()).toBe('unused');
    expect(target.state(none)).toBe('initial');
  });
});

describe('deregistration (rule D3)', () => {
  test('it shows draining for the whole delay, whatever its checks say, and then is gone', () => {
    const target = registered();
    target.state(passed);
    deregisterTarget(target.groups, arn, 'i-1', 1_000, 30);
    expect(target.state(passed)).toBe('draining');
    forgetDrained(targetsOf(target.groups, arn), 30_999);
    expect(target.state()).toBe('draining');
    forgetDrained(targetsOf(target.groups, arn), 31_000);
    expect(target.state()).toBeUndefined();
  });

  test('a second deregistration does not start the delay again', () => {
    const target = registered();
    deregisterTarget(target.groups, arn, 'i-1', 0, 30);
    deregisterTarget(target.groups, arn, 'i-1', 20_000, 30);
    forgetDrained(targetsOf(target.groups, arn), 30_000);
    expect(target.state()).toBeUndefined();
  });

  test('registered again while it drains, it starts over; registered twice, it stays what it is', () => {
    const target = registered();
    target.state(passed);
    registerTarget(target.groups, arn, 'i-1', 80);
    expect(target.state()).toBe('healthy');
    deregisterTarget(target.groups, arn, 'i-1', 0, 30);
    registerTarget(target.groups, arn, 'i-1', 80);
    expect(target.state()).toBe('initial');
  });

  test('registered on another port it moves there and starts over, also while it drains', () => {
    const target = registered();
    const port = () => targetsOf(target.groups, arn).get('i-1')?.port;
    target.state(passed);
    registerTarget(target.groups, arn, 'i-1', 9999);
    expect([port(), target.state()]).toEqual([9999, 'initial']);
    deregisterTarget(target.groups, arn, 'i-1', 0, 30);
    registerTarget(target.groups, arn, 'i-1', 80);
    expect([port(), target.state()]).toEqual([80, 'initial']);
  });

  test('an unused target leaves at once, an unknown one is no error', () => {
    const target = registered();
    judgeTargets(targetsOf(target.groups, arn), undefined);
    deregisterTarget(target.groups, arn, 'i-1', 0, 30);
    expect(target.state()).toBeUndefined();
    expect(() => deregisterTarget(target.groups, arn, 'i-2', 0, 30)).not.toThrow();
  });
});
