/** What the API answers and refuses, as Terraform and the AWS CLI read it. */

import { Input } from '../../lab/autoscaling/input';
import { plainLaunch } from '../../lab/autoscaling/mixed-instances';
import type { QueryInput } from '../../lab/gateway/query-protocol';
import { Account, targetGroup } from './account';

const web = { AutoScalingGroupName: 'web' };

function created(members: QueryInput = {}): Account {
  const account = new Account();
  account.createGroup(members);
  return account;
}

function described(account: Account): unknown {
  const { AutoScalingGroups } = account.call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['web'] });
  return Array.isArray(AutoScalingGroups) ? AutoScalingGroups[0] : undefined;
}

const coded = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

describe('a group is described as it was set (rule F5)', () => {
  test.each<[string, QueryInput, object]>([
    ['the subnets in their order', {}, { VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c' }],
    [
      'its target groups by both names',
      {},
      { TargetGroupARNs: [targetGroup], TrafficSources: [{ Identifier: targetGroup, Type: 'elbv2' }] },
    ],
    ['no termination policy is Default', {}, { TerminationPolicies: ['Default'] }],
    [
      'termination policies in their order',
      { TerminationPolicies: ['NewestInstance', 'Default'] },
      { TerminationPolicies: ['NewestInstance', 'Default'] },
    ],
    ['A13: a warm-up of 0 is there', { DefaultInstanceWarmup: '0' }, { DefaultInstanceWarmup: 0 }],
    ['the cooldown of 300 s', {}, { DefaultCooldown: 300 }],
    ['B8: the grace period of 60 s', {}, { HealthCheckGracePeriod: 60 }],
    [
      'what nobody set is left out',
      {},
      {
        MaxInstanceLifetime: undefined,
        PlacementGroup: undefined,
        CapacityRebalance: undefined,
        Status: undefined,
      },
    ],
    [
      'a tag as it was sent',
      { Tags: [{ Key: 'a', Value: 'b', PropagateAtLaunch: 'false' }] },
      { Tags: [{ Key: 'a', Value: 'b', PropagateAtLaunch: false, ResourceId: 'web' }] },
    ],
    [
      'a tag that says nothing of instances is not theirs',
      { Tags: [{ Key: 'a' }] },
      { Tags: [{ Key: 'a', Value: '', PropagateAtLaunch: false }] },
    ],
  ])('%s', (_title, members, expected) => {
    expect(described(created(members))).toMatchObject(expected);
  });

  test('B8: a grace period that the API is not given is 0', () => {
    const account = new Account();
    account.call('CreateAutoScalingGroup', {
      ...web,
      MinSize: '0',
      MaxSize: '1',
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
    });
    expect(described(account)).toMatchObject({ HealthCheckGracePeriod: 0, DefaultInstanceWarmup: undefined });
  });

  test('Default alone, sent by Terraform when policies are taken back, is none', () => {
    const account = created({ TerminationPolicies: ['OldestInstance'] });
    account.call('UpdateAutoScalingGroup', { ...web, TerminationPolicies: ['Default'] });
    expect(account.group().terminationPolicies).toEqual([]);
  });

  test('metrics are switched on and off one by one, at one minute', () => {
    const account = created();
    const metrics = ['GroupMinSize', 'GroupMaxSize'];
    account.call('EnableMetricsCollection', { ...web, Granularity: '1Minute', Metrics: metrics });
    account.call('DisableMetricsCollection', { ...web, Metrics: ['GroupMinSize'] });
    expect(described(account)).toMatchObject({
      EnabledMetrics: [{ Metric: 'GroupMaxSize', Granularity: '1Minute' }],
    });
    expect(() => account.call('EnableMetricsCollection', { ...web, Granularity: '5Minute' })).toThrow(
      '1Minute',
    );
  });

  test('a group that is being deleted says so', () => {
    const account = created();
    account.settle();
    account.call('DeleteAutoScalingGroup', { ...web, ForceDelete: 'true' });
    expect(described(account)).toMatchObject({ Status: 'Delete in progress', DesiredCapacity: 0 });
  });
});

describe('what is refused, and with which code', () => {
  test('a second group of the name', () => {
    const account = created();
    expect(() => account.createGroup()).toThrow(coded('AlreadyExists', 'web'));
  });

  test('F4: the deletion of a group that has instances, which Terraform then tries again', () => {
    const account = created();
    account.settle();
    expect(() => account.call('DeleteAutoScalingGroup', web)).toThrow(coded('ResourceInUse'));
  });

  test.each<[QueryInput, string]>([
    [{ MinSize: '5' }, 'Max bound, less than min bound'],
    [{ DesiredCapacity: '0' }, 'greater than or equal to min size'],
    [{ DesiredCapacity: '5' }, 'less than or equal to max size'],
    [{ MaxSize: '1.5' }, 'not an integer'],
    [{ MaxSize: '' }, 'not a number'],
    [{ MinSize: '-1' }, 'between 0 and 10000'],
    [{ HealthCheckGracePeriod: '-5' }, 'HealthCheckGracePeriod'],
    [{ DefaultCooldown: '-1' }, 'DefaultCooldown'],
    [{ DesiredCapacityType: 'vcpu' }, 'DesiredCapacityType'],
    [{ Context: 'x' }, 'Context'],
    [{ AvailabilityZones: ['us-east-1a'] }, 'VPCZoneIdentifier'],
    [{ DefaultInstanceWarmup: '3601' }, 'between -1 and 3600'],
    [{ HealthCheckType: 'EC2,VPC_LATTICE' }, 'VPC_LATTICE'],
    [{ MaxInstanceLifetime: '86399' }, '86400'],
    [{ TerminationPolicies: ['Youngest'] }, 'Youngest'],
    [{ TrafficSources: [{ Identifier: 'x', Type: 'elb' }] }, 'elb'],
  ])('a group with %j', (members, message) => {
    const account = new Account();
    expect(() => account.createGroup(members)).toThrow(coded('ValidationError', message));
    expect(account.region.groups.size).toBe(0);
  });

  test.each([
    ['subnets', { subnets: [] }, 'VPC Subnet'],
    ['launch template', { launchTemplate: { id: '', name: '', version: '' } }, 'LaunchTemplate'],
  ])('a group without %s', (_what, facts, message) => {
    const account = new Account();
    account.facts = { ...account.facts, ...facts };
    expect(() => account.createGroup()).toThrow(coded('ValidationError', message));
  });

  test('a change of capacity that honours the cooldown, while a launch is under way', () => {
    const account = created();
    account.group().launches.set('a', {
      activityId: 'a',
      subnet: { id: 'subnet-a', zone: 'us-east-1a' },
      choice: plainLaunch,
      toWarmPool: false,
      refreshes: undefined,
      replaces: undefined,
    });
    const desire = (HonorCooldown: string) =>
      account.call('SetDesiredCapacity', { ...web, DesiredCapacity: '2', HonorCooldown });
    expect(() => desire('true')).toThrow(coded('ScalingActivityInProgress'));
    desire('false');
    expect(account.group().desiredCapacity).toBe(2);
  });

  test('the protection of an instance of another group', () => {
    const account = created();
    expect(() =>
      account.call('SetInstanceProtection', { ...web, InstanceIds: ['i-9'], ProtectedFromScaleIn: 'true' }),
    ).toThrow(coded('ValidationError', 'i-9'));
  });
});

test('protection is given and taken back', () => {
  const account = created();
  account.settle();
  const instance = account.instance();
  const protect = (value: string) =>
    account.call('SetInstanceProtection', {
      ...web,
      InstanceIds: [instance.id],
      ProtectedFromScaleIn: value,
    });
  protect('true');
  expect(instance.protectedFromScaleIn).toBe(true);
  protect('false');
  expect(instance.protectedFromScaleIn).toBe(false);
});

test('an instance that is on its way out already is not terminated a second time', () => {
  const account = created({ MinSize: '0', DesiredCapacity: '1' });
  account.settle();
  const terminate = () =>
    account.call('TerminateInstanceInAutoScalingGroup', {
      InstanceId: account.instance().id,
      ShouldDecrementDesiredCapacity: 'false',
    }).Activity;
  const first = terminate();
  expect(terminate()).toEqual(first);
});

describe('tags', () => {
  const tag = (Key: string, Value: string) => ({
    ResourceId: 'web',
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
  });

  test('one is deleted, the others stay; filters on name and value narrow the answer', () => {
    const account = created();
    account.call('CreateOrUpdateTags', { Tags: [tag('a', '1'), tag('b', '2'), tag('c', '2')] });
    account.call('DeleteTags', { Tags: [{ ResourceId: 'web', Key: 'a' }] });
    const keys = (...filters: [string, string][]) => {
      const Filters = filters.map(([Name, value]) => ({ Name, Values: [value] }));
      const { Tags } = account.call('DescribeTags', { Filters });
      return Array.isArray(Tags) ? Tags.map(({ Key }) => Key) : [];
    };
    expect(keys()).toEqual(['b', 'c']);
    expect(keys(['value', '2'])).toEqual(['b', 'c']);
    expect(keys(['key', 'c'], ['auto-scaling-group', 'web'])).toEqual(['c']);
    expect(keys(['auto-scaling-group', 'other'])).toEqual([]);
  });
});

describe('pages', () => {
  test('a full one says where the next begins, the last says nothing', () => {
    const account = created();
    account.createGroup({ AutoScalingGroupName: 'api' });
    const first = account.call('DescribeAutoScalingGroups', { MaxRecords: '1' });
    expect(first).toMatchObject({ AutoScalingGroups: [{ AutoScalingGroupName: 'web' }], NextToken: '1' });
    const second = account.call('DescribeAutoScalingGroups', { MaxRecords: '1', NextToken: '1' });
    expect(second).toMatchObject({
      AutoScalingGroups: [{ AutoScalingGroupName: 'api' }],
      NextToken: undefined,
    });
    expect(() => account.call('DescribeAutoScalingGroups', { NextToken: 'x' })).toThrow(
      coded('InvalidNextToken'),
    );
  });

  test('groups and activities are those that were asked for', () => {
    const account = created();
    account.createGroup({ AutoScalingGroupName: 'api' });
    account.settle();
    expect(account.call('DescribeAutoScalingGroups', { AutoScalingGroupNames: ['api'] })).toMatchObject({
      AutoScalingGroups: [{ AutoScalingGroupName: 'api' }],
    });
    expect(account.call('DescribeScalingActivities', web)).toMatchObject({
      Activities: [{ AutoScalingGroupName: 'web', StatusCode: 'Successful', EndTime: new Date(account.now) }],
    });
  });
});

test('F2: an activity that has ended stays as it ended', () => {
  const account = created();
  account.settle();
  const ended = { ...account.group().activities[0] };
  account.advance(100);
  account.call('TerminateInstanceInAutoScalingGroup', {
    InstanceId: account.instance().id,
    ShouldDecrementDesiredCapacity: 'false',
  });
  expect(account.group().activities[1]).toEqual(ended);
});

describe('scheduled actions (rules B17, F8)', () => {
  const put = (account: Account, members: Record<string, string>) =>
    account.call('PutScheduledUpdateGroupAction', { ...web, ScheduledActionName: 'once', ...members });
  const shown = (account: Account) => {
    const { ScheduledUpdateGroupActions: shown } = account.call('DescribeScheduledActions', web);
    return Array.isArray(shown) ? shown[0] : undefined;
  };

  test('it shows when it acts next, and a time zone only where one was set', () => {
    const account = created();
    put(account, { MinSize: '1', Recurrence: '0 12 * * *' });
    expect(shown(account)).toMatchObject({
      StartTime: new Date('2026-11-24T12:00:00Z'),
      TimeZone: undefined,
    });
  });

  test('put again it keeps its ARN, also with the start time that has passed since', () => {
    const account = created();
    const start = { StartTime: '2026-11-24T11:00:00Z', Recurrence: '30 12 * * *', MinSize: '1' };
    put(account, start);
    const { ScheduledActionARN } = shown(account);
    account.advance(7200);
    put(account, { ...start, MinSize: '2' });
    expect(shown(account)).toMatchObject({ ScheduledActionARN, MinSize: 2 });
  });

  test('it acts at its start time first, by its recurrence then, and no more after its end', () => {
    const account = created();
    put(account, {
      StartTime: '2026-11-24T11:00:00Z',
      EndTime: '2026-11-24T13:00:00Z',
      Recurrence: '30 12 * * *',
      DesiredCapacity: '2',
    });
    const desired = (time: string) => {
      account.now = Date.parse(`2026-11-${time}:00Z`);
      account.turn();
      const seen = account.group().desiredCapacity;
      account.call('SetDesiredCapacity', { ...web, DesiredCapacity: '1' });
      return seen;
    };
    expect(['24T10:59', '24T11:00', '24T12:29', '24T12:30', '25T12:30'].map(desired)).toEqual([
      1, 2, 1, 2, 1,
    ]);
  });

  test('a capacity outside the limits ends at the limit', () => {
    const account = created();
    put(account, { StartTime: '2026-11-24T11:00:00Z', DesiredCapacity: '9' });
    account.advance(3600);
    account.turn();
    expect(account.group().desiredCapacity).toBe(4);
  });
});

test.each([
  ['True', true],
  ['true', true],
  ['false', false],
  ['', false],
])('the flag %j is %j', (text, expected) => {
  expect(new Input({ Flag: text }).optionalBoolean('Flag')).toBe(expected);
});

test('filters are refused, so that nobody takes all groups for those that were asked for', () => {
  const account = new Account();
  account.createGroup();
  const Filters = [{ Name: 'tag:Service', Values: ['shop'] }];
  expect(() => account.call('DescribeAutoScalingGroups', { Filters })).toThrow(/does not support Filters/);
});
