// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import type { AlarmsProps, AutoscaledServiceProps } from '../../modules';
import { refusalOf } from './refusal';

const alarms = (more: object): object => ({ observability: { alarms: more } });
const measure = { namespace: 'Shop', metricName: 'Jobs' };
const busy = (more: object): object => alarms({ metrics: { busy: { measure, threshold: 1, ...more } } });
const mixed = (...types: string[]): object => ({
  fleet: { mixedInstances: { instanceTypes: types.map((instanceType) => ({ instanceType })) } },
});

test.each<readonly [object, string, readonly string[]]>([
  [{ observability: { alarm: {} } }, 'UnknownSetting', ['observability.alarm', 'Did you mean alarms?']],
  [
    { observability: { groupMetrics: 'yes' } },
    'InvalidSetting',
    ['observability.groupMetrics', 'true or false'],
  ],
  [
    { observability: { dashboard: { periodSeconds: 30 } } },
    'SettingOutOfRange',
    ['observability.dashboard.periodSeconds', '60, 300'],
  ],
  [alarms({ targetErrors: 'off' }), 'InvalidSetting', ['observability.alarms.targetErrors', '"off"']],
  [alarms({ targetErrors: { percent: 0 } }), 'SettingOutOfRange', ['targetErrors.percent', 'above 0']],
  [alarms({ targetErrors: { percent: 100 } }), 'SettingOutOfRange', ['targetErrors.percent', 'below 100']],
  [
    alarms({ loadBalancerErrors: { percent: 1, count: 1 } }),
    'SettingsExclude',
    ['loadBalancerErrors.count', 'loadBalancerErrors.percent'],
  ],
  [alarms({ targetErrors: { count: -1 } }), 'SettingOutOfRange', ['targetErrors.count', '0 or more']],
  [alarms({ targetErrors: { minutes: 1441 } }), 'SettingOutOfRange', ['targetErrors.minutes', '1 to 1440']],
  [alarms({ latency: { seconds: 0 } }), 'SettingOutOfRange', ['latency.seconds', 'above 0']],
  [alarms({ latency: { percentile: 100 } }), 'SettingOutOfRange', ['latency.percentile', 'below 100']],
  [alarms({ unhealthyHosts: { hosts: 0 } }), 'SettingOutOfRange', ['unhealthyHosts.hosts', '1 or more']],
  [alarms({ atMaximum: { minutes: 0 } }), 'SettingOutOfRange', ['atMaximum.minutes', '1 to 1440']],
  [
    { observability: { groupMetrics: false, alarms: { atMaximum: {} } } },
    'SettingsExclude',
    ['observability.alarms.atMaximum', '"none"', 'observability.groupMetrics is false'],
  ],
  [alarms({ launchFailures: { enabled: 1 } }), 'InvalidSetting', ['launchFailures.enabled']],
  [alarms({ cpuCredits: {} }), 'MissingSetting', ['cpuCredits.credits']],
  [
    alarms({ cpuCredits: { credits: 5, minutes: 7 } }),
    'SettingOutOfRange',
    ['cpuCredits.minutes', 'multiple of 5'],
  ],
  [
    { instanceType: 'm7i.large', ...alarms({ cpuCredits: { credits: 5 } }) },
    'SettingsExclude',
    ['observability.alarms.cpuCredits', 'm7i.large', 't3a'],
  ],
  [
    { ...mixed('m7i.large', 'c7i.large'), ...alarms({ cpuCredits: { credits: 5 } }) },
    'SettingsExclude',
    ['cpuCredits', 'm7i.large, c7i.large'],
  ],
  [busy({ threshold: undefined }), 'MissingSetting', ['observability.alarms.metrics.busy.threshold']],
  [busy({ threshold: Number.NaN }), 'SettingOutOfRange', ['busy.threshold']],
  [busy({ comparison: 'above' }), 'InvalidSetting', ['busy.comparison', '"above"', '"GreaterThanThreshold"']],
  [busy({ periodSeconds: 15 }), 'SettingOutOfRange', ['busy.periodSeconds', '15', 'multiple of 60']],
  [busy({ periodSeconds: 9 }), 'SettingOutOfRange', ['busy.periodSeconds', '10 to 86400']],
  [
    busy({ periodSeconds: 3600, periods: 25 }),
    'SettingOutOfRange',
    ['busy.periods', '25', 'at most 24 of 3600'],
  ],
  [busy({ datapoints: 6 }), 'SettingOutOfRange', ['busy.datapoints', '6', 'at most the 5']],
  [busy({ missingData: 'ok' }), 'InvalidSetting', ['busy.missingData', '"notBreaching"']],
  [busy({ measure: { namespace: 'Shop' } }), 'MissingSetting', ['busy.measure.metricName']],
  [busy({ description: '' }), 'InvalidSetting', ['busy.description', '1 to 1024']],
  [alarms({ metrics: { Busy: {} } }), 'InvalidPartName', ['observability.alarms.metrics', '"Busy"']],
  [alarms({ topicArns: { ops: 'ops' } }), 'InvalidSetting', ['topicArns.ops', '"ops"', 'arn:…:sns:…']],
  [
    alarms({ topicArns: { ops: 'arn:aws:sns:eu-central-1:111122223333:ops.fifo' } }),
    'InvalidSetting',
    ['topicArns.ops', 'ops.fifo'],
  ],
  [alarms({ actionArns: ['stop'] }), 'InvalidSetting', ['observability.alarms.actionArns[0]', '"stop"']],
  [
    alarms({ topic: { kmsKeyArn: 'alias/aws/sns' } }),
    'InvalidSetting',
    ['alarms.topic.kmsKeyArn', 'arn:…:kms:…'],
  ],
  [alarms({ topic: { emails: { ops: 'ops' } } }), 'InvalidSetting', ['alarms.topic.emails.ops', '"ops"']],
  [
    { logs: { retentionDays: 30, kmsKeyArn: 'alias/logs' } },
    'InvalidSetting',
    ['logs.kmsKeyArn', 'arn:…:kms:…'],
  ],
])('%j is refused with %s', (settings, code, words) => {
  const refusal = refusalOf(settings as Record<string, unknown>);
  expect(refusal).toMatchObject({ name: 'ServiceError', code });
  for (const word of words) expect(refusal?.message).toContain(word);
});

test.each<readonly [string, object]>([
  ['nothing but the word', { observability: {} }],
  [
    'no alarm about a maximum that nobody can see',
    { observability: { groupMetrics: false, alarms: { atMaximum: 'none' } } },
  ],
  [
    'credits of one type among others',
    { ...mixed('m7i.large', 't3.micro'), ...alarms({ cpuCredits: { credits: 5 } }) },
  ],
  [
    'credits of types that requirements pick',
    {
      instanceType: 'm7i.large',
      fleet: { mixedInstances: { requirements: { vcpuCount: { min: 2 }, memoryMib: { min: 1024 } } } },
      ...alarms({ cpuCredits: { credits: 5 } }),
    },
  ],
  ['a day of an alarm', busy({ periodSeconds: 86_400, periods: 1 })],
  ['a threshold below zero', busy({ threshold: -1, periodSeconds: 10, datapoints: 5 })],
])('%s is taken', (_what, settings) => {
  expect(refusalOf(settings as Record<string, unknown>)).toBeUndefined();
});

test('values of other resources are taken wherever Terraform may know them better', () => {
  const token = Token.asString({ resolve: () => '${other.value}', creationStack: [] });
  const given: AlarmsProps = {
    topic: { kmsKeyArn: token, emails: { ops: token } },
    topicArns: { ops: token },
    actionArns: [token],
    metrics: { busy: { measure: { namespace: token, metricName: token }, threshold: 1, description: token } },
  };
  const settings: Partial<AutoscaledServiceProps> = {
    logs: { retentionDays: 30, kmsKeyArn: token },
    observability: { alarms: given },
  };
  expect(refusalOf(settings)).toBeUndefined();
  expect(refusalOf(alarms({ actionArns: Token.asList(token) }) as Record<string, unknown>)).toBeUndefined();
});
