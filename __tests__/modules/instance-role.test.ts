import { evaluate } from './evaluate';
import { at, type Configuration, synthesizeService } from './synthesize';

const standard = synthesizeService();
describe('role of the instances', () => {
  const references = {
    'aws_s3_bucket.web_releases.arn': 'arn:aws:s3:::web-releases-1',
    'data.aws_partition.web.partition': 'aws',
    'data.aws_region.web.id': 'eu-central-1',
    'data.aws_caller_identity.web.account_id': '111122223333',
    'aws_cloudwatch_log_group.web.name': 'web',
  };
  const statementsOf = (configuration: Configuration, policy: string) => {
    const document = evaluate(at(configuration, `aws_iam_role_policy.${policy}`).policy, references);
    return JSON.parse(String(document)).Statement;
  };
  const readReleases = {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: ['arn:aws:s3:::web-releases-1/releases/*'],
  };
  const answerHook = {
    Effect: 'Allow',
    Action: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
    Resource: ['arn:aws:autoscaling:eu-central-1:111122223333:autoScalingGroup:*:autoScalingGroupName/web'],
  };

  test('may read its releases, answer for itself and use Session Manager, and nothing else until told so', () => {
    expect(Object.keys(standard.resource.aws_iam_role_policy ?? {}).sort()).toEqual([
      'web_boot',
      'web_session_manager',
    ]);
    expect(statementsOf(standard, 'web_boot')).toEqual([readReleases, answerHook]);
    expect(statementsOf(standard, 'web_session_manager')).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        Resource: ['*'],
      },
    ]);
    for (const type of ['aws_iam_role_policy_attachment', 'aws_iam_policy']) {
      expect(standard.resource[type]).toBeUndefined();
    }
    expect(at(standard, 'aws_iam_role.web_instance')).not.toHaveProperty('managed_policy_arns');
  });

  test('may read the parameters of its secrets, each by its name', () => {
    const secrets = { PASSWORD: '/shop/database/password', TOKEN: 'token', AGAIN: 'token' };
    expect(statementsOf(synthesizeService({ secrets }), 'web_boot')).toEqual([
      readReleases,
      answerHook,
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameters'],
        Resource: [
          'arn:aws:ssm:eu-central-1:111122223333:parameter/shop/database/password',
          'arn:aws:ssm:eu-central-1:111122223333:parameter/token',
        ],
      },
    ]);
  });

  test.each([
    ['of its own', { retentionDays: 7 }, 'web'],
    ['that exists', { logGroupName: '/shop/logs' }, '/shop/logs'],
  ] as const)('may write to a log group %s, where logs are shipped', (_which, logs, name) => {
    expect(statementsOf(synthesizeService({ logs }), 'web_boot')).toEqual([
      readReleases,
      answerHook,
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [`arn:aws:logs:eu-central-1:111122223333:log-group:${name}:*`],
      },
    ]);
  });
});

describe('logs', () => {
  test('stay on the instances until a log group is asked for', () => {
    expect(standard.resource).not.toHaveProperty('aws_cloudwatch_log_group');
    const given = synthesizeService({ logs: { logGroupName: '/shop/logs' } });
    expect(given.resource).not.toHaveProperty('aws_cloudwatch_log_group');
  });

  test('expire in a log group of the service', () => {
    const own = synthesizeService({ logs: { retentionDays: 30 } });
    expect(at(own, 'aws_cloudwatch_log_group.web')).toMatchObject({ name: 'web', retention_in_days: 30 });
  });
});
