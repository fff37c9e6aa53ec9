import { Account } from './account';

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

  test.each(['LaunchConfigurationName'])(
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
