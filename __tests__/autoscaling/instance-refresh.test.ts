import { leeway } from '../../lab/autoscaling/refresh/leeway';
import type { InstanceRefresh } from '../../lab/autoscaling/refresh/refresh';
import type { QueryInput, QueryOutput } from '../../lab/gateway/query-protocol';
import { Account } from './account';

const group = { AutoScalingGroupName: 'web' };
const second = { id: 'lt-1', name: 'web', version: '2' };

/** So many warm instances of the first version of the launch template, of which there is a second. */
function serving(count: number, members: QueryInput = {}): Account {
  const account = new Account();
  account.serving(count, 50, members);
  account.facts = {
    ...account.facts,
    refresh: { desired: undefined, version: '2', imageByParameter: false },
  };
  return account;
}

function start(account: Account, Preferences: QueryInput = {}, members: QueryInput = {}): InstanceRefresh {
  account.call('StartInstanceRefresh', { ...group, Preferences, ...members });
  account.settle();
  return latest(account);
}

/** With the second version as what it shall come to. */
function startDesired(account: Account, Preferences: QueryInput = {}): InstanceRefresh {
  account.facts = { ...account.facts, refresh: { desired: second, version: '2', imageByParameter: false } };
  return start(account, Preferences, {
    DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: 'lt-1' } },
  });
}

function latest(account: Account): InstanceRefresh {
  const [refresh] = account.group().refreshes;
  if (refresh === undefined) throw new Error('no refresh');
  return refresh;
}

/** Seconds pass, a few at a time; says the fewest healthy targets and the most instances that there were. */
function pass(account: Account, seconds: number): { fewestHealthy: number; most: number } {
  let fewestHealthy = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let passed = 0; passed < seconds; passed += 5) {
    account.advance(5);
    account.settle();
    const inService = account.instances('InService');
    const healthy = inService.filter(({ id }) => account.targetState(id) === 'healthy').length;
    fewestHealthy = Math.min(fewestHealthy, healthy);
    most = Math.max(most, account.instances().filter(({ state }) => !state.startsWith('Term')).length);
  }
  return { fewestHealthy, most };
}

const described = (account: Account): QueryOutput => {
  const { InstanceRefreshes } = account.call('DescribeInstanceRefreshes', group);
  return (InstanceRefreshes as QueryOutput[])[0] as QueryOutput;
};

describe('C2: how far a refresh may go from the desired capacity', () => {
  test.each([
    // desired, minimum, maximum, so many more, so many fewer
    [1, 100, 110, 1, 0],
    [10, 100, 110, 1, 0],
    [30, 100, 110, 3, 0],
    [10, 90, undefined, 0, 1],
    [1, 90, undefined, 0, 1],
    [1, 90, 100, 1, 0],
    [1, 100, undefined, 1, 0],
    [10, 50, undefined, 0, 5],
    [3, 50, 150, 1, 1],
  ])('%d instances, %s to %s %%: %d more, %d fewer', (desired, min, max, surplus, deficit) => {
    const bounds = { minHealthyPercentage: min, maxHealthyPercentage: max };
    expect(leeway(desired, bounds)).toEqual({ surplus, deficit });
  });

  test('with 100 and 110 percent each new instance is healthy and warm before an old one goes, one at a time', () => {
    const account = serving(2);
    const before = account.instances().map(({ id }) => id);
    start(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
    const { fewestHealthy, most } = pass(account, 300);
    expect(latest(account).status).toBe('Successful');
    expect(fewestHealthy).toBe(2);
    expect(most).toBe(3);
    const now = account.instances('InService').map(({ id }) => id);
    expect(now).toHaveLength(2);
    expect(now.filter((id) => before.includes(id))).toEqual([]);
    expect(account.group().desiredCapacity).toBe(2);
  });

  test('with 50 percent and no maximum an old one goes first', () => {
    const account = serving(2);
    start(account, { MinHealthyPercentage: '50' });
    expect(account.instances().filter(({ state }) => state.startsWith('Terminating'))).toHaveLength(1);
    const { most } = pass(account, 300);
    expect(latest(account).status).toBe('Successful');
    expect(most).toBe(2);
  });

  test("the group's maintenance policy says what the request doesn't", () => {
    const account = serving(2, {
      InstanceMaintenancePolicy: { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' },
    });
    expect(start(account).preferences).toMatchObject({
      minHealthyPercentage: 100,
      maxHealthyPercentage: 110,
    });
  });
});

describe('C1: preferences', () => {
  test('have the defaults of AWS', () => {
    expect(start(serving(1)).preferences).toEqual({
      minHealthyPercentage: 90,
      maxHealthyPercentage: undefined,
      instanceWarmup: 60,
      checkpointPercentages: [],
      checkpointDelay: undefined,
      skipMatching: false,
      autoRollback: false,
      scaleInProtectedInstances: 'Wait',
      standbyInstances: 'Wait',
      alarms: [],
      bakeTime: undefined,
    });
  });

  test.each<[QueryInput, string]>([
    [{ MaxHealthyPercentage: '110' }, 'without MinHealthyPercentage'],
    [{ MinHealthyPercentage: '50', MaxHealthyPercentage: '200' }, 'more than 100 apart'],
    [{ MinHealthyPercentage: '101' }, 'between 0 and 100'],
    [{ CheckpointDelay: '60' }, 'without CheckpointPercentages'],
    [{ CheckpointPercentages: ['50', '20'] }, 'ascending'],
    [{ AutoRollback: 'true' }, 'DesiredConfiguration'],
    [{ StandbyInstances: 'Keep' }, 'StandbyInstances'],
    [{ AlarmSpecification: { Alarms: ['none'] } }, 'does not exist'],
  ])('%j is refused', (Preferences, words) => {
    const account = serving(1);
    expect(() => account.call('StartInstanceRefresh', { ...group, Preferences })).toThrow(words);
    expect(account.group().refreshes).toEqual([]);
  });

  test.each([
    ['Ignore', 'Successful', true],
    ['Refresh', 'Successful', false],
    ['Wait', 'InProgress', true],
  ])(
    'an instance that is protected from scale-in, told to %s',
    (ScaleInProtectedInstances, status, stays) => {
      const account = serving(1);
      const { id } = account.instance();
      account.call('SetInstanceProtection', { ...group, InstanceIds: [id], ProtectedFromScaleIn: 'true' });
      start(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110', ScaleInProtectedInstances });
      pass(account, 300);
      expect(latest(account).status).toBe(status);
      expect(account.group().instances.has(id)).toBe(stays);
    },
  );
});

test('C3: a refresh is Pending, InProgress, Baking and Successful, and events tell each', () => {
  const account = serving(1);
  start(account, { BakeTime: '100' });
  pass(account, 600);
  const statuses = account.events.flatMap((event) => (event.type === 'refresh' ? [event.status] : []));
  expect([...new Set(statuses)]).toEqual(['Pending', 'InProgress', 'Baking', 'Successful']);
  expect(described(account)).toMatchObject({
    Status: 'Successful',
    PercentageComplete: 100,
    InstancesToUpdate: 0,
  });
});

test('C4: a replacement counts when it has warmed up, and a checkpoint is waited at', () => {
  const account = serving(2);
  start(account, {
    MinHealthyPercentage: '100',
    MaxHealthyPercentage: '110',
    CheckpointPercentages: ['50', '100'],
    CheckpointDelay: '600',
  });
  pass(account, 40);
  expect(latest(account).percentageComplete).toBe(0);
  pass(account, 120);
  expect(latest(account)).toMatchObject({ percentageComplete: 50, status: 'InProgress' });
  pass(account, 300);
  expect(latest(account).percentageComplete).toBe(50);
  pass(account, 600);
  expect(latest(account)).toMatchObject({ percentageComplete: 100, status: 'Successful' });
});

describe('C5: what ends a refresh', () => {
  const watching = { AlarmSpecification: { Alarms: ['errors'] } };

  test('an alarm that is in ALARM, with its name as the reason', () => {
    const account = serving(2);
    account.facts = { ...account.facts, alarmStates: new Map([['errors', 'OK']]) };
    account.alarmStates.set('errors', 'OK');
    start(account, { ...watching, MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
    pass(account, 30);
    account.alarmStates.set('errors', 'ALARM');
    account.settle();
    expect(latest(account)).toMatchObject({
      status: 'Failed',
      statusReason: expect.stringContaining('errors'),
    });
    pass(account, 60);
    expect(account.instances('InService')).toHaveLength(2);
  });

  test.each(['ALARM', 'INSUFFICIENT_DATA'] as const)('an alarm in %s refuses the start', (state) => {
    const account = serving(1);
    account.facts = { ...account.facts, alarmStates: new Map([['errors', state]]) };
    expect(() => account.call('StartInstanceRefresh', { ...group, Preferences: watching })).toThrow(state);
  });

  test('an hour without a replacement that gets healthy', () => {
    const account = serving(1);
    account.machinesFail = true;
    const Preferences = { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' };
    account.call('StartInstanceRefresh', { ...group, Preferences });
    for (let minutes = 0; minutes < 70; minutes += 1) {
      account.advance(60);
      account.turn();
    }
    expect(latest(account)).toMatchObject({
      status: 'Failed',
      statusReason: expect.stringContaining('an hour'),
    });
  });
});

describe('C6: a rollback', () => {
  test('replaces what was replaced by what the group says', () => {
    const account = serving(2);
    startDesired(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
    pass(account, 70);
    expect(account.instances().some(({ launchTemplate }) => launchTemplate.version === '2')).toBe(true);
    account.call('RollbackInstanceRefresh', group);
    pass(account, 400);
    expect(latest(account).status).toBe('RollbackSuccessful');
    expect(account.instances('InService').map(({ launchTemplate }) => launchTemplate.version)).toEqual([
      '1',
      '1',
    ]);
    expect(account.group().launchTemplate.version).toBe('1');
  });

  test('needs a desired configuration, and a refresh under way', () => {
    const account = serving(1);
    const rollBack = () => account.call('RollbackInstanceRefresh', group);
    expect(rollBack).toThrow(expect.objectContaining({ code: 'ActiveInstanceRefreshNotFound' }));
    start(account);
    expect(rollBack).toThrow(expect.objectContaining({ code: 'IrreversibleInstanceRefresh' }));
  });
});

describe('C7: a desired configuration', () => {
  test("becomes the group's when the refresh succeeds, and no other comes in between", () => {
    const account = serving(1);
    startDesired(account);
    expect(account.group().launchTemplate.version).toBe('1');
    const update = () =>
      account.call('UpdateAutoScalingGroup', { ...group, LaunchTemplate: { LaunchTemplateId: 'lt-1' } });
    expect(update).toThrow('An active instance refresh with a desired configuration exists');
    pass(account, 300);
    expect(account.group().launchTemplate.version).toBe('2');
    expect(update).not.toThrow();
  });

  test('is what a scale-out launches meanwhile', () => {
    const account = serving(2);
    startDesired(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
    account.call('SetDesiredCapacity', { ...group, DesiredCapacity: '4' });
    account.settle();
    const launched = account.instances().filter(({ launchTemplate }) => launchTemplate.version === '2');
    expect(launched.length).toBeGreaterThanOrEqual(2);
  });
});

describe('C8', () => {
  test('with SkipMatching, instances of the wanted version stay, and nothing to do is success at once', () => {
    const account = serving(2);
    account.facts = {
      ...account.facts,
      refresh: { desired: undefined, version: '1', imageByParameter: false },
    };
    const before = account.instances().map(({ id }) => id);
    start(account, { SkipMatching: 'true' });
    expect(latest(account)).toMatchObject({ status: 'Successful', percentageComplete: 100 });
    expect(account.instances().map(({ id }) => id)).toEqual(before);
  });

  test('a cancelled refresh takes nothing back, and the group has its size again', () => {
    const account = serving(2);
    start(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
    account.call('CancelInstanceRefresh', group);
    expect(latest(account).status).toBe('Cancelling');
    pass(account, 120);
    expect(latest(account).status).toBe('Cancelled');
    expect(account.instances('InService')).toHaveLength(2);
    expect(() => account.call('CancelInstanceRefresh', group)).toThrow(
      expect.objectContaining({ code: 'ActiveInstanceRefreshNotFound' }),
    );
  });

  test('a second refresh is refused while there is one', () => {
    const account = serving(1);
    start(account);
    expect(() => account.call('StartInstanceRefresh', group)).toThrow(
      expect.objectContaining({ code: 'InstanceRefreshInProgress' }),
    );
  });
});

test('B16: while InstanceRefresh is suspended nothing is begun', () => {
  const account = serving(1);
  account.call('SuspendProcesses', { ...group, ScalingProcesses: ['InstanceRefresh'] });
  const { id } = account.instance();
  start(account, { MinHealthyPercentage: '100', MaxHealthyPercentage: '110' });
  pass(account, 300);
  expect(account.group().instances.has(id)).toBe(true);
  account.call('ResumeProcesses', { ...group, ScalingProcesses: ['InstanceRefresh'] });
  pass(account, 300);
  expect(latest(account).status).toBe('Successful');
});
