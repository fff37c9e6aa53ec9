import { registerTarget } from '../../lab/autoscaling/targets';
import { Account, targetGroup } from './account';

const failing = { outcome: 'failed', reason: 'Target.Timeout', up: false } as const;
const attach = { AutoScalingGroupName: 'web', TargetGroupARNs: [targetGroup] };

function suspended(process: string, members = {}): Account {
  const account = new Account();
  account.createGroup(members);
  account.settle();
  account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: [process] });
  return account;
}

const desire = (account: Account, capacity: number) =>
  account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: String(capacity) });

describe('suspended processes (rule B16)', () => {
  test('without Launch nobody comes, and resumed it makes up for it', () => {
    const account = suspended('Launch');
    desire(account, 2);
    account.settle();
    expect(account.instances()).toHaveLength(1);
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] });
    account.settle();
    expect(account.instances('InService')).toHaveLength(2);
  });

  test('without Launch an unhealthy instance is terminated all the same', () => {
    const account = suspended('Launch');
    account.machines.set(account.instance().id, 'gone');
    account.turn();
    expect(account.instances('Terminating')).toHaveLength(1);
    expect(account.group().launches.size).toBe(0);
  });

  test('without Terminate nobody goes', () => {
    const account = suspended('Terminate', { DesiredCapacity: '2' });
    desire(account, 1);
    account.settle();
    expect(account.instances('InService')).toHaveLength(2);
  });

  test('without Terminate an unhealthy instance is not replaced, and resumed it is at once', () => {
    const account = suspended('Terminate');
    const { id } = account.instance();
    account.machines.set(id, 'gone');
    account.settle();
    expect([account.instance().health, account.instance().state]).toEqual(['Unhealthy', 'InService']);
    expect(account.instances()).toHaveLength(1);
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Terminate'] });
    account.turn();
    expect(account.instances('Terminating').map((instance) => instance.id)).toEqual([id]);
    expect(account.instances('Pending')).toHaveLength(1);
  });

  test('B4: without ReplaceUnhealthy an abandoned launch is terminated and replaced all the same', () => {
    const account = suspended('ReplaceUnhealthy');
    account.call('PutLifecycleHook', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'boot',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    });
    desire(account, 2);
    account.settle();
    const [abandoned] = account.instances('Pending:Wait');
    account.call('CompleteLifecycleAction', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'boot',
      InstanceId: abandoned?.id ?? '',
      LifecycleActionResult: 'ABANDON',
    });
    account.settle();
    expect(account.machines.get(abandoned?.id ?? '')).toBe('gone');
    expect(account.instances('Pending:Wait')).toHaveLength(1);
    expect(account.group().activities[1]?.cause).toContain('hook boot that was abandoned');
  });

  test('without HealthCheck nobody is found unhealthy', () => {
    const account = suspended('HealthCheck');
    account.machines.set(account.instance().id, 'gone');
    account.settle();
    expect(account.instance().health).toBe('Healthy');
  });

  test('whom AddToLoadBalancer missed is not added when it resumes', () => {
    const account = suspended('AddToLoadBalancer');
    desire(account, 2);
    account.settle();
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web' });
    account.settle();
    const [first, second] = account.instances('InService');
    expect([account.targetState(first?.id ?? ''), account.targetState(second?.id ?? '')]).toEqual([
      'healthy',
      undefined,
    ]);
  });

  test('none named means all, and unknown ones are refused', () => {
    const account = new Account();
    const group = account.createGroup();
    account.call('SuspendProcesses', { AutoScalingGroupName: 'web' });
    expect(group.suspendedProcesses.size).toBe(9);
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] });
    expect(group.suspendedProcesses.has('Launch')).toBe(false);
    expect(group.suspendedProcesses.size).toBe(8);
    expect(() =>
      account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Lunch'] }),
    ).toThrow('Lunch');
  });
});

describe('replacement of the unhealthy (rule B9)', () => {
  /** All of them fail at the load balancer, past the grace period. */
  function allFailing(count: number): Account {
    const account = new Account();
    account.createGroup({ MinSize: String(count), MaxSize: String(count), DefaultInstanceWarmup: '90' });
    account.settle();
    account.advance(61);
    for (const { id } of account.instances()) account.probes.set(id, failing);
    account.settle();
    return account;
  }

  test.each([
    [20, 2],
    [15, 1],
    [3, 1],
  ])('of %i at the load balancer %i go at a time', (count, expected) => {
    const account = allFailing(count);
    expect(account.instances('Terminating')).toHaveLength(expected);
    expect(account.instances('InService')).toHaveLength(count);
  });

  test('the next wave begins when the replacements of the one before are warm', () => {
    const account = allFailing(20);
    const unhealthy = () => account.instances().filter(({ health }) => health === 'Unhealthy').length;
    account.advance(30);
    account.settle();
    // The first two have drained and gone; those who took their places warm up.
    expect([account.instances('Terminating').length, unhealthy()]).toEqual([0, 18]);
    account.advance(59);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(0);
    account.advance(1);
    account.settle();
    expect([account.instances('Terminating').length, unhealthy()]).toEqual([2, 18]);
  });

  test('a replacement that is unhealthy itself holds up nobody', () => {
    const account = allFailing(1);
    account.probes.set(account.instance(1).id, failing);
    account.advance(61);
    account.settle();
    expect(account.instances('Terminating').map(({ id }) => id)).toEqual([account.instance(0).id]);
  });

  test('those that users call unhealthy go at once, however many', () => {
    const account = new Account();
    account.createGroup({ DesiredCapacity: '3' });
    account.settle();
    for (const { id } of account.instances().slice(0, 2)) {
      account.call('SetInstanceHealth', {
        InstanceId: id,
        HealthStatus: 'Unhealthy',
        ShouldRespectGracePeriod: 'false',
      });
    }
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(2);
  });

  test('B2: before InService no load balancer is asked, though somebody registered the instance and nothing is graced', () => {
    const account = new Account();
    account.createGroup({ HealthCheckGracePeriod: '0' });
    account.call('PutLifecycleHook', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'boot',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    });
    account.settle();
    const instance = account.instance();
    registerTarget(account.region.targetGroups, targetGroup, instance.id, 80);
    account.probes.set(instance.id, failing);
    account.settle();
    expect([account.targetState(instance.id), instance.state, instance.health]).toEqual([
      'unhealthy',
      'Pending:Wait',
      'Healthy',
    ]);
  });

  test('a machine that nobody knows of is as gone as one that ended', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    const { id } = account.instance();
    account.machines.delete(id);
    account.turn();
    expect(account.instances('Terminating').map((instance) => instance.id)).toEqual([id]);
  });

  test('one too many is terminated and not replaced', () => {
    const account = new Account();
    account.createGroup({ DesiredCapacity: '2', NewInstancesProtectedFromScaleIn: 'true' });
    account.settle();
    desire(account, 1);
    account.machines.set(account.instance(0).id, 'gone');
    account.turn();
    expect(account.group().launches.size).toBe(0);
    account.advance(30);
    account.settle();
    expect(account.instances()).toHaveLength(1);
  });

  test('B7: a failing target counts only once its attachment is InService', () => {
    const account = new Account();
    account.createGroup({ TargetGroupARNs: [] });
    account.settle();
    account.advance(61);
    const instance = account.instance();
    account.probes.set(instance.id, failing);
    account.call('AttachLoadBalancerTargetGroups', attach);
    account.settle();
    expect([account.targetState(instance.id), instance.health]).toEqual(['unhealthy', 'Healthy']);
  });
});

describe('attachments (rule B10)', () => {
  test('a detached target group is Removing until its targets have drained, and takes no new ones', () => {
    const account = new Account();
    const group = account.createGroup();
    account.settle();
    const { id } = account.instance();
    account.call('DetachLoadBalancerTargetGroups', attach);
    const states = account.call('DescribeLoadBalancerTargetGroups', { AutoScalingGroupName: 'web' });
    expect(states.LoadBalancerTargetGroups).toMatchObject([{ State: 'Removing' }]);
    desire(account, 2);
    account.settle();
    expect(account.targetState(id)).toBe('draining');
    expect(account.targetState(account.instance(1).id)).toBeUndefined();
    account.advance(30);
    account.settle();
    expect([group.attachments.size, account.targetState(id)]).toEqual([0, undefined]);
    expect(account.instances('InService')).toHaveLength(2);
  });

  test('attached twice, it stays what it is', () => {
    const account = new Account();
    const group = account.createGroup();
    account.call('AttachTrafficSources', {
      AutoScalingGroupName: 'web',
      TrafficSources: [{ Identifier: targetGroup, Type: 'elbv2' }],
    });
    expect(group.attachments.get(targetGroup)).toBe('InService');
    expect(account.call('DescribeTrafficSources', { AutoScalingGroupName: 'web' })).toMatchObject({
      TrafficSources: [{ Identifier: targetGroup, Type: 'elbv2', State: 'InService' }],
    });
  });
});

describe('launches that fail (rule B13)', () => {
  const waits = (account: Account) => (account.group().launchesAfter - account.now) / 1000;

  test('each wait is twice the one before, a minute at most, and a success starts over', () => {
    const account = new Account();
    account.createGroup();
    account.launchRefusal = 'InsufficientInstanceCapacity';
    const seen: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      account.turn();
      seen.push(waits(account));
      account.advance(waits(account));
    }
    expect(seen).toEqual([2, 4, 8, 16, 32, 60, 60]);
    account.launchRefusal = undefined;
    account.settle();
    account.launchRefusal = 'InsufficientInstanceCapacity';
    desire(account, 2);
    account.turn();
    expect(waits(account)).toBe(2);
  });

  const zonesTried = (account: Account) =>
    account
      .group()
      .activities.filter(({ description }) => description.startsWith('Launching'))
      .map(({ details }) => JSON.parse(details)['Availability Zone'].slice(-1))
      .reverse()
      .join('');

  const tries = (account: Account, count: number) => {
    for (let tried = 0; tried < count; tried += 1) {
      account.advance(60);
      account.turn();
    }
  };

  test.each([
    ['two zones', 'subnet-a,subnet-b', 'abab'],
    ['three zones', 'subnet-a,subnet-b,subnet-c', 'abca'],
  ])('B12: with %s each has its turn before one is tried again', (_title, subnets, expected) => {
    const account = new Account();
    account.facts = {
      ...account.facts,
      subnets: subnets.split(',').map((id) => ({ id, zone: `us-east-1${id.slice(-1)}` })),
    };
    account.createGroup();
    account.launchRefusal = 'InsufficientInstanceCapacity';
    tries(account, 4);
    expect(zonesTried(account)).toBe(expected);
  });

  test('B12: an empty zone that takes nobody does not keep the group from growing in the others', () => {
    const account = new Account();
    account.createGroup({ MinSize: '3', MaxSize: '6', DesiredCapacity: '3' });
    account.fullZones.add('us-east-1c');
    account.settle();
    tries(account, 1);
    expect(account.instances().map(({ subnet }) => subnet.zone)).toEqual([
      'us-east-1a',
      'us-east-1b',
      'us-east-1a',
    ]);
    account.fullZones.clear();
    desire(account, 4);
    account.settle();
    expect(account.instance(3).subnet.zone).toBe('us-east-1c');
  });
});
