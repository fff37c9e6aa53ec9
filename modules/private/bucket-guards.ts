import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import type { ITerraformDependable, TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { Call, terraform } from './expression';
import { addressed } from './naming';

export interface BucketGuardsProps {
  /** Name of the service. */
  readonly name: string;
  /** Which of its buckets: the part of the address. */
  readonly part: string;
  readonly bucketId: string;
  readonly bucketArn: string;
  /** Statements of the bucket's policy beside the one that asks for TLS. @default - none */
  readonly statements?: readonly object[];
  /** Makes each resource as optional as the bucket is. @default - it is there */
  readonly gate?: <R extends TerraformResource>(resource: R) => R;
}

/** What makes a bucket private, encrypted, and reached by TLS only. */
export class BucketGuards extends Construct {
  /** The bucket is as it should be once they all exist. */
  readonly all: readonly ITerraformDependable[];

  /** One after the other: S3 refuses what changes a bucket's access while another such change is under way. */
  constructor(scope: Construct, id: string, props: BucketGuardsProps) {
    super(scope, id);
    const bucket = props.bucketId;
    const encryption = new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, 'PublicAccess', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const policy = new S3BucketPolicy(this, 'Policy', {
      bucket,
      policy: policyOf(props.bucketArn, props.statements ?? []),
      dependsOn: [publicAccess],
    });
    const ownership = new S3BucketOwnershipControls(this, 'Ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
      dependsOn: [policy],
    });
    const guards = [encryption, publicAccess, policy, ownership];
    this.all = guards.map((guard) => addressed(props.name, props.gate?.(guard) ?? guard, props.part));
  }
}

/** Whoever they are: what isn't encrypted on its way is refused. */
function policyOf(bucketArn: string, statements: readonly object[]): string {
  return terraform(
    new Call('jsonencode', {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [bucketArn, `${bucketArn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        ...statements,
      ],
    }),
  );
}
