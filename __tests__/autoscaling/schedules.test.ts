import { nextTime } from '../../lab/autoscaling/schedules';
import { Account } from './account';

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
