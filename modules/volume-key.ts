import { KmsGrant } from '@cdktf/provider-aws/lib/kms-grant';
import { Construct } from 'constructs';
import type { Account } from './private/account';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import type { VolumeKeyProps } from './props';

export interface VolumeKeyConstructProps {
  /** Name of the service. */
  readonly name: string;
  readonly account: Account;
  readonly volumeKey: Option<VolumeKeyProps>;
}

/** The key that encrypts the volumes, and what lets Auto Scaling use it. */
export class VolumeKey extends Construct {
  /** For the launch template; null where the key is absent at plan. */
  readonly keyArn: string;
  /** Undefined where the key's own policy admits Auto Scaling. */
  readonly grant: KmsGrant | undefined;

  constructor(scope: Construct, id: string, { name, account, volumeKey }: VolumeKeyConstructProps) {
    super(scope, id);
    const { kmsKeyArn, grant = true } = volumeKey.settings;
    this.keyArn = volumeKey.orNull(kmsKeyArn);
    if (!grant) return;
    this.grant = addressed(
      name,
      new KmsGrant(this, 'Grant', {
        name: `${name}-volumes`,
        keyId: kmsKeyArn,
        granteePrincipal: account.globalArn('iam', autoScalingRole),
        operations: [...operations],
      }),
      'volumes',
    );
    volumeKey.gated(this.grant);
  }
}

/**
 * AWS makes it with the account's first group.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html
 */
const autoScalingRole = 'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';

/**
 * What AWS's own example gives; `CreateGrant` is for EBS, which keeps using the key as long as a volume is attached.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
const operations = [
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'DescribeKey',
  'CreateGrant',
] as const;
