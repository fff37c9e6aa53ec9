import { all, type Control, every, nested } from './control';

/** Whether every bucket has a resource of a type beside it that says so. */
const beside = (
  type: string,
  says: (block: Readonly<Record<string, unknown>>) => boolean,
  weakened: Readonly<Record<string, unknown>>,
): Pick<Control, 'holds' | 'weaken'> => ({
  holds: (configuration) => {
    const buckets = all(configuration, 'aws_s3_bucket').length;
    return all(configuration, type).filter(says).length === buckets;
  },
  weaken: (configuration) => {
    const [first] = all(configuration, type);
    Object.assign(first ?? {}, weakened);
  },
});

const absent = (type: string, reason: string): Pick<Control, 'holds' | 'weaken' | 'notByDefault'> => ({
  holds: (configuration) => all(configuration, type).length > 0,
  weaken: ({ resource }) => {
    delete resource[type];
  },
  notByDefault: { reason },
});

const publicAccess = 'aws_s3_bucket_public_access_block';

/** https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html */
export const s3Controls: readonly Control[] = [
  {
    id: 'S3.2',
    title: 'nobody can make a bucket readable for the world',
    ...beside(
      publicAccess,
      (block) => block.block_public_policy === true && block.ignore_public_acls === true,
      {
        ignore_public_acls: false,
      },
    ),
  },
  {
    id: 'S3.3',
    title: 'nobody can make a bucket writable for the world',
    ...beside(publicAccess, (block) => block.block_public_acls === true, { block_public_acls: false }),
  },
  {
    id: 'S3.5',
    title: 'buckets are talked to over TLS alone',
    ...beside('aws_s3_bucket_policy', ({ policy }) => String(policy).includes('aws:SecureTransport'), {
      policy: '{}',
    }),
  },
  {
    id: 'S3.7',
    title: 'buckets are copied to another region',
    ...absent('aws_s3_bucket_replication_configuration', 'a release can be made again from its source'),
  },
  {
    id: 'S3.8',
    title: 'buckets block public access, all four ways',
    ...beside(
      publicAccess,
      (block) =>
        block.block_public_acls === true &&
        block.block_public_policy === true &&
        block.ignore_public_acls === true &&
        block.restrict_public_buckets === true,
      { restrict_public_buckets: false },
    ),
  },
  {
    id: 'S3.9',
    title: 'access to buckets is logged',
    ...absent(
      'aws_s3_bucket_logging',
      'who reads releases are the instances; CloudTrail can log it for an account',
    ),
  },
  {
    id: 'S3.11',
    title: 'buckets notify of events',
    ...absent('aws_s3_bucket_notification', 'nobody waits for them: Terraform writes the objects'),
  },
  {
    id: 'S3.12',
    title: 'buckets know no access control lists',
    ...beside(
      'aws_s3_bucket_ownership_controls',
      (block) => nested(block, 'rule')[0]?.object_ownership === 'BucketOwnerEnforced',
      { rule: { object_ownership: 'ObjectWriter' } },
    ),
  },
  {
    id: 'S3.13',
    title: 'buckets have a lifecycle',
    ...beside(
      'aws_s3_bucket_lifecycle_configuration',
      (block) => nested(block, 'rule').every(({ status }) => status === 'Enabled'),
      { rule: [{ status: 'Disabled' }] },
    ),
  },
  {
    id: 'S3.14',
    title: 'buckets keep versions',
    ...beside(
      'aws_s3_bucket_versioning',
      (block) => nested(block, 'versioning_configuration')[0]?.status === 'Enabled',
      { versioning_configuration: { status: 'Suspended' } },
    ),
  },
  {
    id: 'S3.15',
    title: 'buckets lock their objects',
    ...absent(
      'aws_s3_bucket_object_lock_configuration',
      'a destroy would fail for as long as the lock holds',
    ),
  },
  {
    id: 'S3.17',
    title: 'buckets encrypt with a key of KMS',
    holds: (configuration) =>
      every(configuration, 'aws_s3_bucket_server_side_encryption_configuration', (block) =>
        nested(block, 'rule').every((rule) =>
          nested(rule, 'apply_server_side_encryption_by_default').every(
            ({ sse_algorithm }) => sse_algorithm === 'aws:kms',
          ),
        ),
      ),
    weaken: (configuration) => {
      for (const block of all(configuration, 'aws_s3_bucket_server_side_encryption_configuration')) {
        for (const rule of nested(block, 'rule')) {
          rule.apply_server_side_encryption_by_default = { sse_algorithm: 'AES256' };
        }
      }
    },
    notByDefault: { reason: "S3's own key encrypts as well, costs nothing and needs no permission more" },
  },
];
