import { reconcile } from '../../lab/autoscaling/reconcile';
import { nextTime } from '../../lab/autoscaling/schedules';
import { Account, targetGroup } from './account';

const failing = {
  outcome: 'failed',
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [500]',
  up: false,
} as const;

function statesSeen(account: Account, instanceId: string): string[] {
  return account.events.flatMap((event) =>
    event.type === 'instance' && event.instanceId === instanceId ? [event.state] : [],
  );
}

const launchHook = {
  AutoScalingGroupName: 'web',
  LifecycleHookName: 'boot',
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
  HeartbeatTimeout: '300',
};

const answerHook = (instanceId: string, result: string, hook = 'boot') => ({
  AutoScalingGroupName: 'web',
  LifecycleHookName: hook,
  InstanceId: instanceId,
  LifecycleActionResult: result,
});

describe('on the way in', () => {
  test('B2: an instance is Pending until its machine runs, then registered and InService at once', () => {
    const account = new Account();
    account.createGroup();
    account.turn();
    const { id } = account.instance();
    account.machines.set(id, 'starting');
    account.settle();
    expect(account.instance().state).toBe('Pending');
    account.machines.set(id, 'running');
    account.probes.set(id, { outcome: 'none', up: false });
    account.settle();
    expect(account.instance().state).toBe('InService');
    expect(account.targetState(id)).toBe('initial');
  });

  test('B2: with a launch hook it waits, and is registered only once the hook is answered', () => {
    const account = new Account();
    account.createGroup();
    account.call('PutLifecycleHook', launchHook);
    account.settle();
    const { id } = account.instance();
    expect(account.instance().state).toBe('Pending:Wait');
    expect(account.targetState(id)).toBeUndefined();
    account.call('CompleteLifecycleAction', answerHook(id, 'CONTINUE'));
    account.settle();
    expect(statesSeen(account, id)).toEqual(['Pending', 'Pending:Wait', 'Pending:Proceed', 'InService']);
  });

  test('B4: a launch that is abandoned is terminated and replaced', () => {
    const account = new Account();
    account.createGroup();
    account.call('PutLifecycleHook', launchHook);
    account.settle();
    const abandoned = account.instance().id;
    account.call('CompleteLifecycleAction', answerHook(abandoned, 'ABANDON'));
    account.settle();
    expect(statesSeen(account, abandoned)).not.toContain('InService');
    expect(account.instances().map(({ id }) => id)).not.toContain(abandoned);
    expect(account.instance().state).toBe('Pending:Wait');
  });

  test('B4: an unanswered hook ends after its heartbeat timeout with its default result', () => {
    const account = new Account();
    account.createGroup();
    account.call('PutLifecycleHook', { ...launchHook, DefaultResult: 'CONTINUE' });
    account.settle();
    account.advance(299);
    account.settle();
    expect(account.instance().state).toBe('Pending:Wait');
    account.advance(1);
    account.settle();
    expect(account.instance().state).toBe('InService');
  });

  test('B5: a heartbeat starts the whole timeout again', () => {
    const account = new Account();
    account.createGroup();
    account.call('PutLifecycleHook', launchHook);
    account.settle();
    const { id } = account.instance();
    account.advance(250);
    account.call('RecordLifecycleActionHeartbeat', {
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'boot',
      InstanceId: id,
    });
    account.advance(250);
    account.settle();
    expect(account.instance().id).toBe(id);
    account.advance(51);
    account.settle();
    expect(account.instance().id).not.toBe(id);
  });

  test('B5: an answer to an action that is not open is refused', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    const { id } = account.instance();
    expect(() => account.call('CompleteLifecycleAction', answerHook(id, 'CONTINUE'))).toThrow(
      `No active Lifecycle Action found with instance ID ${id}`,
    );
  });

  test('B12: instances are spread over the zones', () => {
    const account = new Account();
    account.createGroup({ MinSize: '3' });
    account.settle();
    expect(
      account
        .instances()
        .map(({ subnet }) => subnet.zone)
        .sort(),
    ).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  });

  test('B13: a launch that fails is told, waits longer each time, and tries another zone', () => {
    const account = new Account();
    account.createGroup();
    account.launchRefusal = 'InsufficientInstanceCapacity';
    account.settle();
    account.settle();
    expect(account.group().activities).toHaveLength(1);
    account.advance(2);
    account.settle();
    const [second, first] = account.group().activities;
    expect(first).toMatchObject({
      status: 'Failed',
      progress: 100,
      statusMessage: 'InsufficientInstanceCapacity',
    });
    expect(JSON.parse(second?.details ?? '')['Availability Zone']).not.toBe(
      JSON.parse(first?.details ?? '')['Availability Zone'],
    );
    account.launchRefusal = undefined;
    account.advance(4);
    account.settle();
    expect(account.instances('InService')).toHaveLength(1);
  });

  test('B10: a target group named at creation is InService at once; one attached later follows its targets', () => {
    const account = new Account();
    account.createGroup({ TargetGroupARNs: [] });
    account.settle();
    const { id } = account.instance();
    account.call('AttachLoadBalancerTargetGroups', {
      AutoScalingGroupName: 'web',
      TargetGroupARNs: [targetGroup],
    });
    const attachment = () => account.group().attachments.get(targetGroup);
    expect(attachment()).toBe('Adding');
    account.probes.set(id, { outcome: 'none', up: false });
    account.settle();
    expect(attachment()).toBe('Added');
    account.probes.delete(id);
    account.settle();
    expect(attachment()).toBe('InService');
  });
});

describe('on the way out', () => {
  test('B3: it drains for the whole deregistration delay, then its hooks, then EC2', () => {
    const account = new Account();
    account.createGroup({ MinSize: '1', DesiredCapacity: '2' });
    account.call('PutLifecycleHook', {
      ...launchHook,
      LifecycleHookName: 'goodbye',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    });
    account.settle();
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '1' });
    account.settle();
    const [leaving] = account.instances('Terminating');
    const id = leaving?.id ?? '';
    expect(account.targetState(id)).toBe('draining');
    expect(account.group().activities[0]?.status).toBe('WaitingForELBConnectionDraining');
    account.advance(29);
    account.settle();
    expect(account.targetState(id)).toBe('draining');
    account.advance(1);
    account.settle();
    expect(account.instances('Terminating:Wait').map((instance) => instance.id)).toEqual([id]);
    expect(account.machines.get(id)).toBe('running');
    account.call('CompleteLifecycleAction', answerHook(id, 'CONTINUE', 'goodbye'));
    account.settle();
    expect(account.machines.get(id)).toBe('gone');
    expect(account.instances()).toHaveLength(1);
    expect(statesSeen(account, id).slice(-4)).toEqual([
      'Terminating',
      'Terminating:Wait',
      'Terminating:Proceed',
      'Terminated',
    ]);
    expect(account.group().activities[0]).toMatchObject({ status: 'Successful', progress: 100 });
  });

  test('B11: the zone with most instances gives one up, the oldest launch template version first', () => {
    const account = new Account();
    // The newest instance has the oldest version: age alone would choose another.
    account.facts = { ...account.facts, launchTemplate: { id: 'lt-1', name: 'web', version: '2' } };
    account.createGroup({ MinSize: '0', DesiredCapacity: '3' });
    account.settle();
    account.facts = { ...account.facts, launchTemplate: { id: 'lt-1', name: 'web', version: '1' } };
    account.call('UpdateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '1' },
      DesiredCapacity: '4',
    });
    account.settle();
    const crowded = account
      .instances()
      .filter(({ subnet }) => subnet.zone === account.instances()[3]?.subnet.zone);
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '3' });
    account.turn();
    expect(crowded).toHaveLength(2);
    expect(account.instances('Terminating').map(({ id }) => id)).toEqual([crowded[1]?.id]);
  });

  test('B14: with every instance protected the desired capacity sinks and nothing terminates', () => {
    const account = new Account();
    account.createGroup({ DesiredCapacity: '2', NewInstancesProtectedFromScaleIn: 'true' });
    account.settle();
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '1' });
    account.settle();
    expect(account.group().desiredCapacity).toBe(1);
    expect(account.instances('InService')).toHaveLength(2);
  });

  test('F4: a group with instances is not deleted, and with ForceDelete goes when the last has ended', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    expect(() => account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web' })).toThrow(
      /cannot delete an AutoScalingGroup while there are instances/,
    );
    account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
    account.settle();
    account.advance(30);
    account.settle();
    expect(account.instances()).toHaveLength(0);
  });

  test('F4: a group that is being deleted by force is not changed, and its schedules act no more', () => {
    const account = new Account();
    const group = account.createGroup();
    account.settle();
    account.call('PutScheduledUpdateGroupAction', {
      AutoScalingGroupName: 'web',
      ScheduledActionName: 'soon',
      StartTime: '2026-11-24T10:00:10Z',
      MinSize: '2',
      MaxSize: '4',
    });
    account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
    for (const [action, members] of [
      ['UpdateAutoScalingGroup', { MaxSize: '4' }],
      ['SetDesiredCapacity', { DesiredCapacity: '0' }],
      ['SuspendProcesses', {}],
    ] as const) {
      expect(() => account.call(action, { AutoScalingGroupName: 'web', ...members })).toThrow(
        'pending delete',
      );
    }
    account.advance(20);
    account.settle();
    expect([group.minSize, group.desiredCapacity, group.launches.size]).toEqual([0, 0, 0]);
    account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
  });

  test('F4: a launch under way does not outlive the group, whatever is suspended or protected', () => {
    const account = new Account();
    const group = account.createGroup({ NewInstancesProtectedFromScaleIn: 'true' });
    account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Terminate'] });
    const [launch] = reconcile(group, account.region, account.world);
    account.call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web', ForceDelete: 'true' });
    if (launch !== undefined) account.carryOut(launch);
    account.settle();
    expect([...account.machines.values()]).toEqual(['gone']);
    expect(account.instances()).toHaveLength(0);
  });
});

describe('health', () => {
  test('B7: a machine that has ended is unhealthy at once, even in the grace period, and replaced', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    const { id } = account.instance();
    account.machines.set(id, 'gone');
    account.turn();
    expect(
      account
        .group()
        .activities.map(({ cause }) => cause)
        .join(),
    ).toContain('an EC2 health check indicating it has been terminated or stopped');
    account.advance(30);
    account.settle();
    expect(account.instances().map((instance) => instance.id)).not.toContain(id);
    expect(account.instances('InService')).toHaveLength(1);
  });

  test.each([
    ['within the grace period nothing happens', 59, 'ELB', 'Healthy'],
    ['past it the instance is unhealthy', 61, 'ELB', 'Unhealthy'],
    ['a group with EC2 checks alone does not ask the load balancer', 61, 'EC2', 'Healthy'],
  ])('B8: a failing target: %s', (_title, seconds, type, expected) => {
    const account = new Account();
    account.createGroup({ HealthCheckType: type });
    account.settle();
    const instance = account.instance();
    account.probes.set(instance.id, failing);
    account.advance(seconds);
    account.turn();
    expect(instance.health).toBe(expected);
  });

  test('B9: those the load balancer calls unhealthy are replaced one at a time in a small group', () => {
    const account = new Account();
    account.createGroup({ MinSize: '3' });
    account.settle();
    account.advance(61);
    for (const { id } of account.instances()) account.probes.set(id, failing);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(1);
    expect(account.instances('InService')).toHaveLength(3);
  });

  test('B8: SetInstanceHealth respects the grace period unless told not to', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    const { id } = account.instance();
    account.call('SetInstanceHealth', { InstanceId: id, HealthStatus: 'Unhealthy' });
    expect(account.instance().health).toBe('Healthy');
    account.call('SetInstanceHealth', {
      InstanceId: id,
      HealthStatus: 'Unhealthy',
      ShouldRespectGracePeriod: 'false',
    });
    account.settle();
    expect(account.instances('Terminating').map((instance) => instance.id)).toEqual([id]);
  });

  test('B16: with ReplaceUnhealthy suspended an unhealthy instance stays', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['ReplaceUnhealthy'] });
    account.machines.set(account.instance().id, 'gone');
    account.settle();
    expect(account.instance().state).toBe('InService');
  });
});

describe('what users ask for', () => {
  test.each([
    ['above the maximum', '5', /above max value 4/],
    ['below the minimum', '0', /below min value 1/],
  ])('SetDesiredCapacity %s is refused', (_title, desired, message) => {
    const account = new Account();
    account.createGroup();
    expect(() =>
      account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: desired }),
    ).toThrow(message);
  });

  test('B18: limits that the size is outside of move it', () => {
    const account = new Account();
    const group = account.createGroup();
    account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', MinSize: '3' });
    expect(group.desiredCapacity).toBe(3);
    account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', MinSize: '0', MaxSize: '2' });
    expect(group.desiredCapacity).toBe(2);
  });

  test('TerminateInstanceInAutoScalingGroup replaces the instance, or shrinks the group with it', () => {
    const account = new Account();
    account.createGroup({ DesiredCapacity: '2' });
    account.settle();
    const terminate = (id: string, decrement: boolean) =>
      account.call('TerminateInstanceInAutoScalingGroup', {
        InstanceId: id,
        ShouldDecrementDesiredCapacity: String(decrement),
      });
    terminate(account.instance(0).id, false);
    account.settle();
    expect(account.instances('InService')).toHaveLength(2);
    terminate(account.instances('InService')[0]?.id ?? '', true);
    account.settle();
    expect(account.group().desiredCapacity).toBe(1);
    expect(() => terminate(account.instances('InService')[0]?.id ?? '', true)).toThrow(/min size constraint/);
  });

  test('A17: a cause quotes a change of the capacity only for the difference that it made', () => {
    const account = new Account();
    account.createGroup({ DesiredCapacity: '2' });
    account.settle();
    const terminate = (decrement: string) =>
      account.call('TerminateInstanceInAutoScalingGroup', {
        InstanceId: account.instances('InService')[0]?.id ?? '',
        ShouldDecrementDesiredCapacity: decrement,
      });
    terminate('false');
    account.settle();
    const causes = () => account.group().activities.map(({ cause }) => cause);
    expect(causes()[0]).toMatch(
      /^At \S+ an instance was started in response to a difference .* from 1 to 2\.$/,
    );
    expect(causes()[1]).toMatch(/in response to a user request\.$/);
    terminate('true');
    expect(causes()[0]).toMatch(/user request, shrinking the capacity from 2 to 1\.$/);
    account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', DesiredCapacity: '3' });
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '2' });
    account.settle();
    account.call('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: '1' });
    account.settle();
    expect(causes()[0]).toMatch(
      /^At \S+Z a user request explicitly set group desired capacity changing the desired capacity from 2 to 1\. {2}At \S+Z an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from 2 to 1\. {2}At \S+Z instance \S+ was selected for termination\.$/,
    );
  });

  test('a termination that does not say whether to replace is refused', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    expect(() =>
      account.call('TerminateInstanceInAutoScalingGroup', { InstanceId: account.instance().id }),
    ).toThrow('ShouldDecrementDesiredCapacity');
  });

  test('F9: a group that is not there is an empty list when described and an error when changed', () => {
    const account = new Account();
    expect(account.call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['absent'] })).toEqual({
      AutoScalingGroups: [],
    });
    expect(() => account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'absent' })).toThrow(
      'AutoScalingGroup name not found',
    );
  });

  test.each(['MixedInstancesPolicy', 'InstanceMaintenancePolicy', 'LaunchConfigurationName'])(
    'what the model has no rules for is refused by name: %s',
    (member) => {
      const account = new Account();
      expect(() => account.createGroup({ [member]: 'x' })).toThrow(member);
    },
  );
});

test('B12: the default zone distribution, which Terraform sends with every update, is taken; the other is refused', () => {
  const account = new Account();
  account.createGroup();
  const update = (strategy: string) =>
    account.call('UpdateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MaxSize: '3',
      AvailabilityZoneDistribution: { CapacityDistributionStrategy: strategy },
    });
  update('balanced-best-effort');
  expect(account.group().maxSize).toBe(3);
  expect(() => update('balanced-only')).toThrow(/balanced-only/);
});

test('A13: a warm-up of 0 is a warm-up, -1 takes the setting back', () => {
  const account = new Account();
  const group = account.createGroup({ DefaultInstanceWarmup: '0' });
  expect(group.defaultInstanceWarmup).toBe(0);
  account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', DefaultInstanceWarmup: '-1' });
  expect(group.defaultInstanceWarmup).toBeUndefined();
});

describe('schedules (rule B17)', () => {
  const schedule = (members: Record<string, string>) => ({
    AutoScalingGroupName: 'web',
    ScheduledActionName: 'morning',
    ...members,
  });

  test('a recurrence acts at its time, in its time zone', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    account.call(
      'PutScheduledUpdateGroupAction',
      schedule({ MinSize: '2', Recurrence: '30 11 * * *', TimeZone: 'Europe/Berlin' }),
    );
    account.advance(29 * 60);
    account.settle();
    expect(account.instances('InService')).toHaveLength(1);
    account.advance(60);
    account.settle();
    expect(account.instances('InService')).toHaveLength(2);
    expect(account.group().activities[0]?.cause).toContain('a scheduled action morning was executed');
  });

  test('B16: what ScheduledActions missed while suspended is dropped', () => {
    const account = new Account();
    account.createGroup();
    account.settle();
    account.call(
      'PutScheduledUpdateGroupAction',
      schedule({ MinSize: '2', StartTime: '2026-11-24T10:10:00Z' }),
    );
    account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['ScheduledActions'] });
    account.advance(3600);
    account.settle();
    account.call('ResumeProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['ScheduledActions'] });
    account.advance(60);
    account.settle();
    expect(account.group().minSize).toBe(1);
  });

  test('one that is over is shown no more', () => {
    const account = new Account();
    account.createGroup();
    account.call(
      'PutScheduledUpdateGroupAction',
      schedule({ MinSize: '2', StartTime: '2026-11-24T10:10:00Z' }),
    );
    account.advance(600);
    account.turn();
    expect(account.group().minSize).toBe(2);
    const shown = account.call('DescribeScheduledActions', { AutoScalingGroupName: 'web' });
    expect(shown).toMatchObject({ ScheduledUpdateGroupActions: [] });
  });

  test('one whose minimum is above the maximum of the group by then changes nothing, and that is told', () => {
    const account = new Account();
    const group = account.createGroup();
    account.call(
      'PutScheduledUpdateGroupAction',
      schedule({ MinSize: '5', StartTime: '2026-11-24T10:10:00Z' }),
    );
    account.advance(600);
    account.turn();
    expect([group.minSize, group.maxSize, group.desiredCapacity]).toEqual([1, 4, 1]);
    expect(account.events).toContainEqual(
      expect.objectContaining({ type: 'notice', text: expect.stringContaining('morning') }),
    );
  });

  test('it acts at its end time still', () => {
    const at = Date.parse('2026-11-24T12:00:00Z');
    const daily = { recurrence: '0 12 * * *', startTime: undefined, timeZone: undefined };
    expect(nextTime({ ...daily, endTime: at }, at - 1000)).toBe(at);
    expect(nextTime({ ...daily, endTime: at - 1 }, at - 1000)).toBeUndefined();
  });

  test('F8: a size that is not sent is absent from the answer', () => {
    const account = new Account();
    account.createGroup();
    account.call(
      'PutScheduledUpdateGroupAction',
      schedule({ DesiredCapacity: '0', Recurrence: '0 8 * * 1-5' }),
    );
    const { ScheduledUpdateGroupActions } = account.call('DescribeScheduledActions', {
      AutoScalingGroupName: 'web',
    });
    expect(ScheduledUpdateGroupActions).toMatchObject([{ DesiredCapacity: 0, MinSize: undefined }]);
  });

  test.each([
    [{ Recurrence: '0 8 * * *' }, /At least one of/],
    [{ MinSize: '1' }, /Either StartTime or Recurrence/],
    [{ MinSize: '1', StartTime: '2020-01-01T00:00:00Z' }, /in the past/],
    [{ MinSize: '1', Recurrence: 'now and then' }, /now and then/],
    [{ MinSize: '1', Recurrence: '0 8 31 2 *' }, /never comes to act/],
    [{ MinSize: '3', MaxSize: '2', Recurrence: '0 8 * * *' }, /MinSize 3 is above MaxSize 2/],
    [{ MinSize: '-1', Recurrence: '0 8 * * *' }, /between 0 and 10000/],
    [{ MinSize: '1', Recurrence: '0 8 * * *', EndTime: '2026-11-24T09:00:00Z' }, /end time/],
  ])('%j is refused', (members, message) => {
    const account = new Account();
    account.createGroup();
    expect(() => account.call('PutScheduledUpdateGroupAction', schedule(members))).toThrow(message);
  });
});
