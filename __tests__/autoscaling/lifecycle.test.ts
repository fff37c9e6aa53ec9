import { reconcile } from '../../lab/autoscaling/reconcile';
import { Account, targetGroup } from './account';

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
