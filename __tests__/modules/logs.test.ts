// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { type LogsProps, presentIf } from '../../modules';
import { at, type Configuration, synthesizeService } from './synthesize';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/mrk-1';
const logsOf = (logs: LogsProps) => synthesizeService({ logs });
/** Everything that instances and their role are told. */
const toldTo = (configuration: Configuration) =>
  [
    at(configuration, 'aws_launch_template.web').user_data,
    at(configuration, 'aws_iam_role_policy.web_boot').policy,
  ].map(String);

test('a log group keeps its events for as long as it is told, encrypted with the key that is given', () => {
  const group = at(logsOf({ retentionDays: 30, kmsKeyArn: keyArn }), 'aws_cloudwatch_log_group.web');
  expect(group).toMatchObject({ name: 'web', retention_in_days: 30, kms_key_id: keyArn });
  expect(at(logsOf({ retentionDays: 30 }), 'aws_cloudwatch_log_group.web')).not.toHaveProperty('kms_key_id');
});

test('a log group may be left to the plan: where it is absent, instances ship to none', () => {
  const configuration = logsOf(presentIf('var.logs != null', { retentionDays: 30 }));
  expect(at(configuration, 'aws_cloudwatch_log_group.web').count).toBe('${var.logs != null ? 1 : 0}');
  for (const text of toldTo(configuration)) {
    expect(text).toMatch(/var\.logs != null\)? \? one\(aws_cloudwatch_log_group\.web\[\*\]\.name\) : ""/);
  }
});

test('a log group that exists may be left to the plan too', () => {
  const configuration = logsOf(presentIf('var.logs != null', { logGroupName: 'shared' }));
  expect(configuration.resource).not.toHaveProperty('aws_cloudwatch_log_group');
  for (const text of toldTo(configuration)) {
    expect(text).toMatch(/var\.logs != null\)? \? "shared" : ""/);
  }
});
