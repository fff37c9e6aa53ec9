import type { AttemptedRequest } from '../../../lab/gateway/permissions/attempted-request';
import { attemptsOf } from '../../../lab/gateway/permissions/attempts';

const groupArn =
  'arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:u-1:autoScalingGroupName/web';

function attempts(request: Partial<AttemptedRequest>) {
  const whole = {
    method: 'GET',
    url: '/',
    headers: {},
    body: Buffer.alloc(0),
    service: 's3',
    region: 'eu-central-1',
    accountId: '123456789012',
    ...request,
  };
  const found = attemptsOf(whole, { groupArn: (name) => (name === 'web' ? groupArn : undefined) });
  return found?.map(({ action, resource }) => `${action} ${resource}`);
}

describe('S3', () => {
  test.each([
    ['GET', '/bucket/releases/app.tar.gz', 's3:GetObject arn:aws:s3:::bucket/releases/app.tar.gz'],
    ['HEAD', '/bucket/key', 's3:GetObject arn:aws:s3:::bucket/key'],
    ['GET', '/bucket/key?versionId=v1', 's3:GetObjectVersion arn:aws:s3:::bucket/key'],
    ['GET', '/bucket/key?x-id=GetObject', 's3:GetObject arn:aws:s3:::bucket/key'],
    ['GET', '/bucket/a%20b%2Fc', 's3:GetObject arn:aws:s3:::bucket/a b/c'],
    ['PUT', '/bucket/key', 's3:PutObject arn:aws:s3:::bucket/key'],
    ['DELETE', '/bucket/key', 's3:DeleteObject arn:aws:s3:::bucket/key'],
    ['DELETE', '/bucket/key?versionId=v1', 's3:DeleteObjectVersion arn:aws:s3:::bucket/key'],
    ['GET', '/bucket?list-type=2&prefix=a', 's3:ListBucket arn:aws:s3:::bucket'],
    ['HEAD', '/bucket', 's3:ListBucket arn:aws:s3:::bucket'],
  ])('%s %s is %s', (method, url, expected) => {
    expect(attempts({ method, url })).toEqual([expected]);
  });

  test.each([
    ['GET', '/'],
    ['GET', '/bucket?policy'],
    ['PUT', '/bucket?policy'],
    ['DELETE', '/bucket'],
    ['GET', '/bucket/key?acl'],
    ['GET', '/bucket/key?tagging'],
    ['POST', '/bucket/key?uploads'],
  ])('%s %s is not known, and so not let through', (method, url) => {
    expect(attempts({ method, url })).toBeUndefined();
  });

  test('a copy is not known: it reads another object', () => {
    const headers = { 'x-amz-copy-source': '/bucket/secret' };
    expect(attempts({ method: 'PUT', url: '/bucket/key', headers })).toBeUndefined();
  });
});

describe('Auto Scaling', () => {
  const form = (body: string) =>
    attempts({ service: 'autoscaling', method: 'POST', body: Buffer.from(body) });

  test.each(['CompleteLifecycleAction', 'RecordLifecycleActionHeartbeat'])('%s is on the group', (action) => {
    expect(form(`Action=${action}&AutoScalingGroupName=web`)).toEqual([`autoscaling:${action} ${groupArn}`]);
    expect(form(`Action=${action}&AutoScalingGroupName=other`)).toEqual([
      `autoscaling:${action} arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:*:autoScalingGroupName/other`,
    ]);
  });

  test.each(['Action=SetDesiredCapacity&AutoScalingGroupName=web', 'Action=CompleteLifecycleAction', ''])(
    '%j is not known',
    (body) => {
      expect(form(body)).toBeUndefined();
    },
  );
});

describe('the JSON protocol', () => {
  const json = (service: string, target: string, input: unknown) =>
    attempts({
      service,
      method: 'POST',
      headers: { 'x-amz-target': target },
      body: Buffer.from(JSON.stringify(input)),
    });
  const parameter = 'arn:aws:ssm:eu-central-1:123456789012:parameter';
  const group = 'arn:aws:logs:eu-central-1:123456789012:log-group';

  test.each<[string, string, unknown, string[]]>([
    ['ssm', 'AmazonSSM.GetParameter', { Name: '/web/a' }, [`ssm:GetParameter ${parameter}/web/a`]],
    ['ssm', 'AmazonSSM.GetParameter', { Name: 'plain:3' }, [`ssm:GetParameter ${parameter}/plain`]],
    [
      'ssm',
      'AmazonSSM.GetParameters',
      { Names: ['/web/a', '/web/b'] },
      [`ssm:GetParameters ${parameter}/web/a`, `ssm:GetParameters ${parameter}/web/b`],
    ],
    [
      'ssm',
      'AmazonSSM.UpdateInstanceInformation',
      { InstanceId: 'i-1' },
      ['ssm:UpdateInstanceInformation arn:aws:ec2:eu-central-1:123456789012:instance/i-1'],
    ],
    ['ssmmessages', 'S.CreateControlChannel', {}, ['ssmmessages:CreateControlChannel *']],
    [
      'logs',
      'Logs_20140328.CreateLogStream',
      { logGroupName: 'web' },
      [`logs:CreateLogStream ${group}:web:*`],
    ],
    [
      'logs',
      'Logs_20140328.PutLogEvents',
      { logGroupName: 'web', logStreamName: 'i-1' },
      [`logs:PutLogEvents ${group}:web:log-stream:i-1`],
    ],
  ])('%s %s %j', (service, target, input, expected) => {
    expect(json(service, target, input)).toEqual(expected);
  });

  test.each<[string, string, unknown]>([
    ['ssm', 'AmazonSSM.PutParameter', { Name: '/web/a' }],
    ['ssm', 'AmazonSSM.GetParameters', { Names: [] }],
    ['ssm', 'AmazonSSM.GetParameters', { Names: ['/a', 1] }],
    ['ssm', 'AmazonSSM.GetParameter', 'text'],
    ['logs', 'Logs_20140328.DeleteLogGroup', { logGroupName: 'web' }],
    ['dynamodb', 'DynamoDB_20120810.GetItem', { TableName: 'a' }],
  ])('%s %s %j is not known', (service, target, input) => {
    expect(json(service, target, input)).toBeUndefined();
  });
});
