// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { type AlarmsProps, presentIf } from '../../modules';
import { evaluate } from './evaluate';
import { at, type Block, synthesizeService } from './synthesize';

const withAlarms = (alarms: AlarmsProps) => synthesizeService({ observability: { alarms } });
const standard = withAlarms({});

function alarm(part: string, alarms: AlarmsProps): Block {
  return at(withAlarms(alarms), `aws_cloudwatch_metric_alarm.web_${part}`);
}

describe('whom alarms tell', () => {
  type Statement = { Sid: string; Principal: unknown; Condition?: unknown };
  const references = {
    'aws_sns_topic.web_alarms.arn': 'arn:topic',
    'data.aws_partition.web.partition': 'aws',
    'data.aws_region.web.id': 'eu-central-1',
    'data.aws_caller_identity.web.account_id': '111122223333',
  };
  const policyOf = (alarms: AlarmsProps, address: string) => {
    const policy = String(evaluate(at(withAlarms(alarms), address).policy, references));
    return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
  };

  test('is a topic with a key of its own, which admits CloudWatch for this service and EventBridge', () => {
    expect(at(standard, 'aws_sns_topic.web_alarms')).toMatchObject({
      name: 'web-alarms',
      kms_master_key_id: '${aws_kms_key.web_alarms.arn}',
    });
    expect(at(standard, 'aws_kms_key.web_alarms').enable_key_rotation).toBe(true);
    const topic = policyOf({}, 'aws_sns_topic_policy.web_alarms');
    expect(topic).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111122223333' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:web-*' },
        },
      }),
      expect.not.objectContaining({ Condition: expect.anything() }),
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
    expect(topic[1]?.Principal).toEqual({ Service: 'events.amazonaws.com' });
    const key = policyOf({}, 'aws_kms_key.web_alarms');
    expect(key.map(({ Principal }) => Principal)).toEqual([
      { AWS: 'arn:aws:iam::111122223333:root' },
      { Service: 'cloudwatch.amazonaws.com' },
      { Service: 'events.amazonaws.com' },
    ]);
  });

  test('admits nobody for events that are not told', () => {
    const silent: AlarmsProps = { launchFailures: 'none' };
    for (const address of ['aws_sns_topic_policy.web_alarms', 'aws_kms_key.web_alarms']) {
      expect(policyOf(silent, address).map(({ Sid }) => Sid)).not.toContain('Events');
    }
  });

  test('may have a key that is given, and gets mail', () => {
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1';
    const configuration = withAlarms({ topic: { kmsKeyArn, emails: { ops: 'ops@example.com' } } });
    expect(at(configuration, 'aws_sns_topic.web_alarms').kms_master_key_id).toBe(kmsKeyArn);
    expect(configuration.resource).not.toHaveProperty('aws_kms_key');
    expect(at(configuration, 'aws_sns_topic_subscription.web_alarms_ops')).toEqual(
      expect.objectContaining({ endpoint: 'ops@example.com', protocol: 'email' }),
    );
  });

  test.each<readonly [string, AlarmsProps, readonly string[]]>([
    [
      'topics that exist',
      { topicArns: { ops: 'arn:aws:sns:eu-central-1:111122223333:ops' } },
      ['arn:aws:sns:eu-central-1:111122223333:ops'],
    ],
    [
      'other actions',
      { actionArns: ['arn:aws:lambda:eu-central-1:111122223333:function:f'] },
      ['arn:aws:lambda:eu-central-1:111122223333:function:f'],
    ],
  ])('may be %s, without a topic of its own', (_what, alarms, actions) => {
    const configuration = withAlarms(alarms);
    expect(configuration.resource).not.toHaveProperty('aws_sns_topic');
    expect(at(configuration, 'aws_cloudwatch_metric_alarm.web_latency').alarm_actions).toEqual(actions);
  });

  test('is an own topic beside others where both are asked for', () => {
    const actionArns = ['arn:aws:lambda:eu-central-1:111122223333:function:f'];
    expect(alarm('latency', { topic: {}, actionArns }).alarm_actions).toEqual([
      '${aws_sns_topic.web_alarms.arn}',
      ...actionArns,
    ]);
  });

  test('may be left to the plan', () => {
    const topic = presentIf('var.topic != null', {});
    expect(alarm('latency', { topic }).alarm_actions).toBe(
      '${compact([one(aws_sns_topic.web_alarms[*].arn)])}',
    );
  });
});

describe('launches that failed', () => {
  const topicArns = { ops: 'arn:aws:sns:eu-central-1:111122223333:ops' };

  test("are events of the service's own group", () => {
    const { event_pattern } = at(standard, 'aws_cloudwatch_event_rule.web_launch_failures');
    const references = { 'aws_autoscaling_group.web.name': 'web' };
    expect(JSON.parse(String(evaluate(event_pattern, references)))).toEqual({
      source: ['aws.autoscaling'],
      'detail-type': ['EC2 Instance Launch Unsuccessful'],
      detail: { AutoScalingGroupName: ['web'] },
    });
  });

  test('are told to every topic, in a sentence', () => {
    const configuration = withAlarms({ topic: {}, topicArns });
    expect(at(configuration, 'aws_cloudwatch_event_target.web_launch_failures')).toMatchObject({
      rule: '${aws_cloudwatch_event_rule.web_launch_failures.name}',
      arn: '${aws_sns_topic.web_alarms.arn}',
    });
    const { arn, input_transformer } = at(
      configuration,
      'aws_cloudwatch_event_target.web_launch_failures_ops',
    );
    expect(arn).toBe(topicArns.ops);
    const { input_paths, input_template } = input_transformer as {
      input_paths: object;
      input_template: string;
    };
    const used = [...input_template.matchAll(/<(\w+)>/g)].map(([, name]) => name).sort();
    expect(used).toEqual(Object.keys(input_paths).sort());
    expect(JSON.parse(input_template)).toContain('could not launch an instance');
  });

  test('are told to nobody where alarms have no topic, and on request', () => {
    const actionArns = ['arn:aws:lambda:eu-central-1:111122223333:function:f'];
    for (const alarms of [{ actionArns }, { launchFailures: 'none' }] satisfies AlarmsProps[]) {
      expect(withAlarms(alarms).resource).not.toHaveProperty('aws_cloudwatch_event_rule');
    }
  });

  test('may be left to the plan, and paused', () => {
    const configuration = withAlarms({ launchFailures: presentIf('var.it != null', { enabled: false }) });
    const rule = at(configuration, 'aws_cloudwatch_event_rule.web_launch_failures');
    expect(rule).toMatchObject({ count: '${var.it != null ? 1 : 0}', state: 'DISABLED' });
    expect(at(configuration, 'aws_cloudwatch_event_target.web_launch_failures').count).toBe(rule.count);
  });
});
