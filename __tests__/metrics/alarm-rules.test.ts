import { type AlarmRule, stateOf } from '../../lab/metrics/alarm-rules';

const rule = (change: Partial<AlarmRule> = {}): AlarmRule => ({
  comparison: 'GreaterThanThreshold',
  threshold: 10,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: 'missing',
  ...change,
});
const none = undefined;

describe('the state of an alarm in CloudWatch', () => {
  test.each<[string, Partial<AlarmRule>, (number | undefined)[], string | undefined]>([
    ['all breaching', {}, [11, 11, 11], 'ALARM'],
    ['at the threshold', {}, [11, 10, 11], 'OK'],
    [
      'at the threshold, which counts',
      { comparison: 'GreaterThanOrEqualToThreshold' },
      [10, 10, 10],
      'ALARM',
    ],
    ['below', { comparison: 'LessThanThreshold' }, [9, 9, 9], 'ALARM'],
    ['not below', { comparison: 'LessThanThreshold' }, [9, 9, 10], 'OK'],
    ['at most', { comparison: 'LessThanOrEqualToThreshold' }, [10, 10, 10], 'ALARM'],
    ['only the latest count', {}, [1, 11, 11, 11], 'ALARM'],
    ['two of three', { datapointsToAlarm: 2 }, [11, 1, 11], 'ALARM'],
    ['one of three', { datapointsToAlarm: 2 }, [1, 1, 11], 'OK'],
    ['nothing came', {}, [none, none, none], 'INSUFFICIENT_DATA'],
    ['nothing came, ignored', { treatMissingData: 'ignore' }, [none, none, none], none],
    ['nothing came, breaching', { treatMissingData: 'breaching' }, [none, none, none], 'ALARM'],
    ['nothing came, not breaching', { treatMissingData: 'notBreaching' }, [none, none, none], 'OK'],
    ['one is missing', {}, [11, none, 11], none],
    ['one is missing, two are enough', { datapointsToAlarm: 2 }, [11, none, 11], 'ALARM'],
    ['one is missing, breaching', { treatMissingData: 'breaching' }, [11, none, 11], 'ALARM'],
    ['too few yet', {}, [11], none],
    ['too few yet, and good', {}, [1], 'OK'],
  ])('%s', (_what, change, values, expected) => {
    expect(stateOf(rule(change), values)).toBe(expected);
  });
});
