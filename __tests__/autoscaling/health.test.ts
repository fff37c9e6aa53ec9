import { Account } from './account';

const failing = {
  outcome: 'failed',
  reason: 'Target.ResponseCodeMismatch',
  description: 'Health checks failed with these codes: [500]',
  up: false,
} as const;

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
