// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import type { AutoscaledServiceProps, ScheduleProps } from '../../modules';
import { refusalOf } from './refusal';

const inYears = (years: number) => `${new Date().getUTCFullYear() + years}-03-01T06:00:00Z`;
const schedule = (more: object): object => ({
  scaling: { schedules: { night: { minCapacity: 1, recurrence: '0 22 * * *', ...more } } },
});
const once = (more: object): object => schedule({ recurrence: undefined, startTime: inYears(1), ...more });
const metric = (more: object): object => ({
  scaling: {
    metrics: { queue: { measure: { namespace: 'Shop', metricName: 'Queue' }, target: 5, ...more } },
  },
});
const math = (expression: string, ...ids: string[]): object =>
  metric({
    measure: {
      expression,
      metrics: Object.fromEntries(ids.map((id) => [id, { namespace: 'Shop', metricName: id }])),
    },
  });
const single = (more: object): object =>
  metric({ measure: { namespace: 'Shop', metricName: 'Queue', ...more } });
const predictive = (more: object): object => ({ scaling: { predictive: more } });

test.each<readonly [object, string, readonly string[]]>([
  [{ cpuTarget: 'off' }, 'SettingOutOfRange', ['cpuTarget', '"off"', 'above 0']],
  [{ scaling: { requests: {} } }, 'MissingSetting', ['scaling.requests.perTargetPerSecond']],
  [
    { scaling: { requests: { perTargetPerSecond: 0 } } },
    'SettingOutOfRange',
    ['scaling.requests.perTargetPerSecond', '0', 'above 0'],
  ],
  [
    { scaling: { networkIn: { bytesPerSecond: -1 } } },
    'SettingOutOfRange',
    ['scaling.networkIn.bytesPerSecond', '-1'],
  ],
  [
    { scaling: { networkOut: { bytesPerSecond: 1e-110 } } },
    'SettingOutOfRange',
    ['scaling.networkOut.bytesPerSecond', 'CloudWatch'],
  ],
  [
    { scaling: { cpu: { warmupSeconds: 3601 } } },
    'SettingOutOfRange',
    ['scaling.cpu.warmupSeconds', '0 to 3600'],
  ],
  [{ scaling: { scaleIn: 'no' } }, 'InvalidSetting', ['scaling.scaleIn', 'true or false']],
  [{ scaling: { metrics: { Queue: {} } } }, 'InvalidPartName', ['scaling.metrics', '"Queue"']],
  [metric({ target: undefined }), 'MissingSetting', ['scaling.metrics.queue.target']],
  [metric({ periodSeconds: 20 }), 'SettingOutOfRange', ['scaling.metrics.queue.periodSeconds', '10, 30, 60']],
  [single({ namespace: ':Shop' }), 'InvalidSetting', ['scaling.metrics.queue.measure.namespace', '":Shop"']],
  [single({ statistic: 'Mean' }), 'InvalidSetting', ['measure.statistic', '"Mean"', 'p99']],
  [single({ statistic: 'p101' }), 'InvalidSetting', ['measure.statistic', '"p101"']],
  [single({ unit: 'Meters' }), 'InvalidSetting', ['measure.unit', '"Meters"', '"Count"']],
  [single({ of: 'fleet' }), 'InvalidSetting', ['measure.of', '"fleet"', '"targetGroup"']],
  [single({ dimensions: { ':a': 'b' } }), 'InvalidSetting', ['measure.dimensions', '":a"']],
  [math('a / b', 'a'), 'UnknownMetric', ['measure.expression uses b', 'it has a']],
  [math('a', 'a', 'b'), 'UnknownMetric', ['every metric', 'b is unused']],
  [math('1'), 'UnknownMetric', ['at least one', 'there is none']],
  [math("a + SUM(SEARCH('b', 60))", 'a', 'b'), 'UnknownMetric', ['b is unused']],
  [math('result', 'result'), 'InvalidSetting', ['"result"', 'another id']],
  [math('A', 'A'), 'InvalidSetting', ['"A"', 'a small letter']],
  [math('a + b', ...'abcdefghijk'), 'InvalidSetting', ['measure.metrics', '11 entries', 'at most 10']],
  [schedule({ minCapacity: undefined }), 'MissingSetting', ['scaling.schedules.night changes nothing']],
  [schedule({ recurrence: undefined }), 'MissingSetting', ['scaling.schedules.night has no time']],
  [
    schedule({ recurrence: '0 22 * *' }),
    'InvalidSetting',
    ['scaling.schedules.night.recurrence', '4 fields'],
  ],
  [
    schedule({ timeZone: 'Europe/Atlantis' }),
    'InvalidSetting',
    ['night.timeZone', '"Europe/Atlantis"', 'IANA'],
  ],
  [schedule({ timeZone: 'europe/berlin' }), 'InvalidSetting', ['night.timeZone', 'written "Europe/Berlin"']],
  [schedule({ timeZone: '+01:00' }), 'InvalidSetting', ['night.timeZone', '"+01:00"']],
  [once({ timeZone: 'Europe/Berlin' }), 'SettingsExclude', ['night.timeZone', 'night.recurrence']],
  [once({ endTime: inYears(2) }), 'SettingsExclude', ['night.endTime', 'night.recurrence']],
  [once({ startTime: '2020-03-01T06:00:00Z' }), 'TimePassed', ['night.startTime 2020-03-01', 'is over']],
  [once({ startTime: '2099-13-01T06:00:00Z' }), 'InvalidSetting', ['night.startTime', 'a day that exists']],
  [once({ startTime: '2099-03-01' }), 'InvalidSetting', ['night.startTime', '2027-03-01T06:00:00Z']],
  [schedule({ endTime: '2020-03-01T06:00:00Z' }), 'TimePassed', ['night.endTime 2020-03-01']],
  [
    schedule({ startTime: inYears(2), endTime: inYears(1) }),
    'RangeInverted',
    [`night.startTime ${inYears(2)} is not before scaling.schedules.night.endTime ${inYears(1)}`],
  ],
  [
    schedule({ startTime: inYears(1), endTime: inYears(1) }),
    'RangeInverted',
    ['night.startTime', 'night.endTime'],
  ],
  [
    schedule({ minCapacity: 3 }),
    'CapacityInverted',
    ["scaling.schedules.night.minCapacity 3 is above the service's maxCapacity 2"],
  ],
  [
    schedule({ minCapacity: undefined, maxCapacity: 0 }),
    'CapacityInverted',
    ["the service's minCapacity 1 is above scaling.schedules.night.maxCapacity 0"],
  ],
  [schedule({ minCapacity: 10_001 }), 'SettingOutOfRange', ['night.minCapacity', '0 to 10000']],
  [
    schedule({ minCapacity: 2, desiredCapacity: 1 }),
    'SettingOutOfRange',
    ['night.desiredCapacity is 1', 'from minCapacity 2 to maxCapacity 2'],
  ],
  [predictive({ mode: 'Scale' }), 'InvalidSetting', ['scaling.predictive.mode', '"ForecastOnly"']],
  [
    predictive({ metric: 'requests' }),
    'MissingSetting',
    ['scaling.predictive.target', 'no policy follows requests'],
  ],
  [{ cpuTarget: 'none', ...predictive({}) }, 'MissingSetting', ['scaling.predictive.target', 'follows cpu']],
  [predictive({ target: 101 }), 'SettingOutOfRange', ['scaling.predictive.target is 101', 'at most 100']],
  [
    predictive({ schedulingBufferSeconds: 3600 }),
    'SettingOutOfRange',
    ['scaling.predictive.schedulingBufferSeconds', '0 to 3599'],
  ],
  [
    { bootSeconds: 400, ...predictive({ schedulingBufferSeconds: 300 }) },
    'TimesCollide',
    ['bootSeconds of 400 s', 'scaling.predictive.schedulingBufferSeconds of 300 s'],
  ],
  [
    predictive({ maxCapacityBuffer: 10 }),
    'SettingsExclude',
    ['scaling.predictive.maxCapacityBuffer', '"IncreaseMaxCapacity"'],
  ],
])('%j is refused with %s', (settings, code, words) => {
  const refusal = refusalOf(settings as Record<string, unknown>);
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
});

test.each<readonly [string, Partial<AutoscaledServiceProps> | object]>([
  ['no CPU target', { cpuTarget: 'none' }],
  ['a policy that counts an instance at once', { scaling: { cpu: { warmupSeconds: 0 } } }],
  [
    'math with functions, numbers and text',
    math("IF(a > 1e5, FILL(a, REPEAT), 0) + SUM(SEARCH('b', 60))", 'a'),
  ],
  ['a percentile with a fraction', single({ statistic: 'p99.9' })],
  ['a start that is past of what recurs', schedule({ startTime: '2020-03-01T06:00:00Z' })],
  ['a night without instances', schedule({ minCapacity: 0, desiredCapacity: 0 })],
  ['the limits both at once', schedule({ minCapacity: 5, maxCapacity: 10 })],
  [
    'a schedule below a maximum that follows from minCapacity',
    { minCapacity: 5, ...schedule({ minCapacity: 5 }) },
  ],
  ['a zone by its old name', schedule({ timeZone: 'Asia/Calcutta' })],
  ['UTC', schedule({ timeZone: 'UTC' })],
  [
    'as many requests as another policy follows',
    { scaling: { requests: { perTargetPerSecond: 5 }, predictive: { metric: 'requests' } } },
  ],
  ['a forecast of bytes above a hundred', predictive({ metric: 'networkIn', target: 1000 })],
])('%s is taken', (_what, settings) => {
  expect(refusalOf(settings as Record<string, unknown>)).toBeUndefined();
});

test('values of other resources are taken wherever Terraform may know them better', () => {
  const token = Token.asString({ resolve: () => '${other.value}', creationStack: [] });
  const night: ScheduleProps = {
    minCapacity: 1,
    recurrence: token,
    timeZone: token,
    startTime: token,
    endTime: token,
  };
  const of = { namespace: token, metricName: token, dimensions: { Queue: token }, statistic: token };
  const settings: Partial<AutoscaledServiceProps> = {
    scaling: {
      metrics: {
        one: { measure: of, target: 1 },
        several: { measure: { expression: token, metrics: { a: of } }, target: 1 },
      },
      schedules: { night, once: { maxCapacity: 2, startTime: token } },
    },
  };
  expect(refusalOf(settings)).toBeUndefined();
});
