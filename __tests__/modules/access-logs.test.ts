// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { presentIf } from '../../modules';
import { withBalancer } from './balancers';
import { evaluate } from './evaluate';
import { addressesOf, at, synthesizeService } from './synthesize';

const standard = synthesizeService();

describe('logs of requests', () => {
  const configuration = withBalancer({ accessLogs: { retentionDays: 30, connections: true } });
  const values = {
    'aws_s3_bucket.web_access_logs.arn': 'arn:aws:s3:::web-access-logs-1',
    'data.aws_caller_identity.web.account_id': '123456789012',
    'data.aws_partition.web.partition': 'aws',
    'data.aws_region.web.id': 'eu-central-1',
  };

  test('go into a bucket of the service’s own that only this account’s load balancers may write to', () => {
    const { policy } = at(configuration, 'aws_s3_bucket_policy.web_access_logs');
    expect(JSON.parse(String(evaluate(policy, values))).Statement).toEqual([
      expect.objectContaining({ Sid: 'TlsOnly', Effect: 'Deny' }),
      {
        Sid: 'LoadBalancerLogs',
        Effect: 'Allow',
        Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::web-access-logs-1/AWSLogs/123456789012/*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: {
            'aws:SourceArn': 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/*',
          },
        },
      },
    ]);
  });

  test('are private, encrypted with the keys that the balancer can use, and expire', () => {
    expect(
      at(configuration, 'aws_s3_bucket_server_side_encryption_configuration.web_access_logs').rule,
    ).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }]);
    expect(at(configuration, 'aws_s3_bucket_public_access_block.web_access_logs')).toMatchObject({
      restrict_public_buckets: true,
    });
    expect(at(configuration, 'aws_s3_bucket_lifecycle_configuration.web_access_logs').rule).toEqual([
      expect.objectContaining({ expiration: [{ days: 30 }], status: 'Enabled' }),
    ]);
  });

  test('are switched on once the bucket’s policy is there', () => {
    expect(at(configuration, 'aws_lb.web')).toMatchObject({
      access_logs: { enabled: true, bucket: '${aws_s3_bucket.web_access_logs.id}' },
      connection_logs: { enabled: true, bucket: '${aws_s3_bucket.web_access_logs.id}' },
      depends_on: expect.arrayContaining(['aws_s3_bucket_policy.web_access_logs']),
    });
  });

  test('go into a bucket that is there, below the service’s name, without connections unless asked for', () => {
    const given = withBalancer({ accessLogs: { bucketName: 'logs' } });
    expect(at(given, 'aws_lb.web')).toMatchObject({
      access_logs: { enabled: true, bucket: 'logs', prefix: 'web' },
      connection_logs: { enabled: false },
    });
    expect(addressesOf(given)).toEqual(addressesOf(standard));
  });

  test('are counted where Terraform decides at plan', () => {
    const decided = withBalancer({ accessLogs: presentIf('var.logs', { retentionDays: 30 }) });
    const { access_logs } = at(decided, 'aws_lb.web');
    expect(access_logs).toEqual({
      enabled: '${var.logs}',
      bucket: '${var.logs ? one(aws_s3_bucket.web_access_logs[*].id) : ""}',
    });
    const uncounted = addressesOf(decided).filter(
      (address) => address.endsWith('_access_logs') && at(decided, address).count !== '${var.logs ? 1 : 0}',
    );
    expect(uncounted).toEqual([]);
  });
});
