import { Account } from './account';

const day = 86_400;

/** Three warm instances that may get a day old. */
function aging() {
  const account = new Account();
  account.serving(3, 50, { MaxInstanceLifetime: String(day) });
  const before = account.instances().map(({ id }) => id);
  const renewed = () => account.instances('InService').filter(({ id }) => !before.includes(id)).length;
  return { account, renewed };
}

describe('B15: the maximum instance lifetime', () => {
  test('has instances replaced that are older, one at a time, each warm before the next', () => {
    const { account, renewed } = aging();
    account.advance(day - 200);
    account.settle();
    expect(account.instances('InService')).toHaveLength(3);
    expect(renewed()).toBe(0);
    account.advance(200);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(1);
    expect(renewed()).toBe(1);
    for (let wave = 2; wave <= 3; wave += 1) {
      account.advance(61);
      account.settle();
      expect(renewed()).toBe(wave);
    }
    account.advance(61);
    account.settle();
    expect(account.instances()).toHaveLength(3);
    expect(account.group().desiredCapacity).toBe(3);
  });

  test('says so in the history, and calls nobody unhealthy', () => {
    const { account } = aging();
    account.advance(day);
    account.settle();
    const causes = account.group().activities.map(({ cause }) => cause);
    expect(causes.filter((cause) => cause.includes('maximum instance lifetime'))).toHaveLength(2);
    expect(account.instances().map(({ health }) => health)).toEqual(Array(4).fill('Healthy'));
  });

  test.each(['Terminate', 'Launch'])('waits while %s is suspended', (process) => {
    const { account } = aging();
    account.call('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: [process] });
    account.advance(2 * day);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(0);
  });

  test('of 0 is none', () => {
    const { account } = aging();
    account.call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', MaxInstanceLifetime: '0' });
    account.advance(2 * day);
    account.settle();
    expect(account.instances('Terminating')).toHaveLength(0);
  });
});
