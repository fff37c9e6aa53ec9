import { faultInCron } from '../../modules/private/cron';

test.each([
  '0 8 * * MON-FRI',
  '30 19 * * 1-5',
  '*/15 6-22/2 1,15 * *',
  '0 0 29 2 *',
  '0 0 31 1,2 *',
  '0 0 31 2 MON',
  '5/10 0 * jan-MAR 7',
  '59 23 31 12 0',
])('%s is cron', (expression) => {
  expect(faultInCron(expression)).toBeUndefined();
});

test.each([
  ['0 8 * *', 'it has 4 fields instead of 5'],
  ['0 0 8 * * MON', 'it has 6 fields'],
  ['0  8 * * *', 'it has 6 fields'],
  ['60 8 * * *', 'its minute is "60": 0 to 59'],
  ['0 24 * * *', 'its hour is "24": 0 to 23'],
  ['0 8 0 * *', 'its day of the month is "0": 1 to 31'],
  ['0 8 * 13 *', 'its month is "13": 1 to 12 or JAN to DEC'],
  ['0 8 * * 8', 'its day of the week is "8": 0 to 7 or SUN to SAT'],
  ['0 8 * * FRI-MON', 'its day of the week is "FRI-MON"'],
  ['0 8 ? * *', 'its day of the month is "?"'],
  ['*/0 8 * * *', 'its minute is "*/0"'],
  ['1, 8 * * *', 'its minute is "1,"'],
  ['1-2-3 8 * * *', 'its minute is "1-2-3"'],
  ['1/2/3 8 * * *', 'its minute is "1/2/3"'],
  ['MON 8 * * *', 'its minute is "MON"'],
  ['0 0 31 2,4 *', 'no month in it has that day'],
  ['0 0 30-31 FEB *', 'no month in it has that day'],
])('%s is none: %s', (expression, fault) => {
  expect(faultInCron(expression)).toContain(fault);
});
