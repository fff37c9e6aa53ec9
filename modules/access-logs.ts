import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Account } from './private/account';
import { BucketGuards } from './private/bucket-guards';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import type { AccessLogsProps, OwnLogBucketProps } from './props';

export interface AccessLogsConstructProps extends PartProps {
  readonly accessLogs: Option<AccessLogsProps>;
}

/** In front of every key of a log, with the account's number behind it; AWS writes it so. */
const awsLogs = 'AWSLogs';
/** Days until the parts of an upload that was broken off are removed; they cost, and are in no listing. */
const brokenUploadDays = 7;

/**
 * Where the load balancer writes its logs: a bucket of the service's own, or one that exists.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
 */
export class AccessLogs extends Construct {
  /** Undefined where one was given. */
  readonly bucket: S3Bucket | undefined;
  readonly bucketName: string;
  readonly prefix: string | undefined;
  /** The balancer may write once they all exist; AWS tries it out when the logs are switched on. */
  readonly requirements: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: AccessLogsConstructProps) {
    super(scope, id);
    const { settings } = props.accessLogs;
    if ('bucketName' in settings) {
      this.bucketName = settings.bucketName;
      this.prefix = settings.prefix ?? props.name;
      this.requirements = [];
      return;
    }
    this.bucket = addressed(
      props.name,
      props.accessLogs.gated(
        new S3Bucket(this, 'Bucket', {
          bucketPrefix: `${props.name}-access-logs-`,
          // As with a log group of the service's own: a destroy must not stop at it half way.
          forceDestroy: true,
          tags: tagsOf(props, 'access-logs'),
        }),
      ),
      'access_logs',
    );
    this.bucketName = props.accessLogs.attribute(this.bucket, 'id');
    this.requirements = [this.bucket, ...this.addGuards(props), this.addLifecycle(props, settings)];
  }

  private addGuards({ name, accessLogs }: AccessLogsConstructProps): readonly ITerraformDependable[] {
    const bucket = this.bucket as S3Bucket;
    const account = Account.of(this, name);
    const bucketArn = accessLogs.attribute(bucket, 'arn');
    const guards = new BucketGuards(this, 'Guards', {
      name,
      part: 'access_logs',
      bucketId: this.bucketName,
      bucketArn,
      gate: (resource) => accessLogs.gated(resource),
      statements: [
        {
          Sid: 'LoadBalancerLogs',
          Effect: 'Allow',
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${bucketArn}/${awsLogs}/${account.accountId}/*`,
          // Of this account's balancers only, whoever else may ask the same service.
          Condition: {
            StringEquals: { 'aws:SourceAccount': account.accountId },
            ArnLike: { 'aws:SourceArn': account.arn('elasticloadbalancing', 'loadbalancer/*') },
          },
        },
      ],
    });
    return guards.all;
  }

  private addLifecycle(
    { name, accessLogs }: AccessLogsConstructProps,
    { retentionDays }: OwnLogBucketProps,
  ): ITerraformDependable {
    const lifecycle = new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: this.bucketName,
      rule: [
        {
          id: 'expire-logs',
          status: 'Enabled',
          filter: [{ prefix: `${awsLogs}/` }],
          expiration: [{ days: retentionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: brokenUploadDays }],
        },
      ],
    });
    return addressed(name, accessLogs.gated(lifecycle), 'access_logs');
  }
}
