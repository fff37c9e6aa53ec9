import { groupMetrics } from '../../lab/autoscaling/group-metrics';
import { Account } from './account';

const group = { AutoScalingGroupName: 'web' };

function collecting(...Metrics: string[]) {
  const account = new Account();
  account.serving(3, 50, { MaxSize: '5' });
  account.call('EnableMetricsCollection', { ...group, Granularity: '1Minute', Metrics });
  return account;
}

const shown = (account: Account) => Object.fromEntries(groupMetrics(account.group()));

describe('G2: a group tells', () => {
  test('nothing that is not collected, and what is', () => {
    const account = collecting('GroupDesiredCapacity', 'GroupInServiceInstances');
    expect(shown(account)).toEqual({ GroupDesiredCapacity: 3, GroupInServiceInstances: 3 });
    account.call('DisableMetricsCollection', { ...group, Metrics: ['GroupDesiredCapacity'] });
    expect(Object.keys(shown(account))).toEqual(['GroupInServiceInstances']);
  });

  test('where its instances are', () => {
    const account = collecting();
    account.call('EnterStandby', {
      ...group,
      InstanceIds: [account.instance().id],
      ShouldDecrementDesiredCapacity: 'true',
    });
    account.settle();
    account.advance(31);
    account.settle();
    account.call('SetDesiredCapacity', { ...group, DesiredCapacity: '1' });
    account.settle();
    expect(shown(account)).toMatchObject({
      GroupMinSize: 0,
      GroupMaxSize: 5,
      GroupDesiredCapacity: 1,
      GroupInServiceInstances: 1,
      GroupStandbyInstances: 1,
      GroupTerminatingInstances: 1,
      GroupTotalInstances: 3,
      GroupTotalCapacity: 3,
      WarmPoolTotalCapacity: 0,
    });
  });

  test('what is in its warm pool, apart from its own', () => {
    const account = collecting();
    account.call('PutWarmPool', group);
    account.settle();
    expect(shown(account)).toMatchObject({
      GroupTotalInstances: 3,
      WarmPoolDesiredCapacity: 2,
      WarmPoolWarmedCapacity: 2,
      WarmPoolPendingCapacity: 0,
      WarmPoolTotalCapacity: 2,
      GroupAndWarmPoolDesiredCapacity: 5,
      GroupAndWarmPoolTotalCapacity: 5,
    });
  });

  test('every metric that can be collected', () => {
    const account = collecting();
    expect(groupMetrics(account.group()).size).toBe(account.group().enabledMetrics.size);
  });
});
