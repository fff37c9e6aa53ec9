// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { evaluate } from './evaluate';
import { at, type Block, synthesizeService } from './synthesize';

const standard = synthesizeService();
describe('release', () => {
  const bucket = '${aws_s3_bucket.web_releases.id}';

  test('lies in a bucket that is private, encrypted, and reached by TLS only', () => {
    expect(at(standard, 'aws_s3_bucket.web_releases')).toMatchObject({ bucket_prefix: 'web-releases-' });
    expect(at(standard, 'aws_s3_bucket_public_access_block.web_releases')).toMatchObject({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(at(standard, 'aws_s3_bucket_ownership_controls.web_releases')).toMatchObject({
      bucket,
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
    expect(at(standard, 'aws_s3_bucket_server_side_encryption_configuration.web_releases')).toMatchObject({
      bucket,
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
    });
    const { policy } = at(standard, 'aws_s3_bucket_policy.web_releases');
    const document = evaluate(policy, { 'aws_s3_bucket.web_releases.arn': 'arn:bucket' });
    expect(JSON.parse(String(document)).Statement).toEqual([
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:bucket', 'arn:bucket/*'],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });

  test('has a bucket name that fits into 63 characters with what AWS puts behind it, for the longest name too', () => {
    const name = 'a23456789-123456789-123';
    const configuration = synthesizeService({ name });
    const { bucket_prefix } = at(configuration, 'aws_s3_bucket.a23456789_123456789_123_releases');
    // The provider takes prefixes of at most 37 characters.
    expect(String(bucket_prefix).length).toBeLessThanOrEqual(37);
  });

  test('has one key for each file for ever, and the version that was there before stays', () => {
    expect(at(standard, 'aws_s3_bucket_versioning.web_releases')).toMatchObject({
      bucket,
      versioning_configuration: { status: 'Enabled' },
    });
    expect(at(standard, 'aws_s3_object.web_app')).toMatchObject({ bucket, key: 'releases/app.tar.gz' });
    const arm = synthesizeService({ instanceType: 't4g.micro', release: 'arm' });
    for (const configuration of [standard, arm]) {
      expect(at(configuration, 'aws_s3_object.web_node')).toMatchObject({ bucket, key: 'releases/node.tgz' });
    }
    // Uploaded before versioning is on, an object has no version that user data could name.
    for (const address of ['aws_s3_object.web_app', 'aws_s3_object.web_node']) {
      expect(at(standard, address).depends_on).toEqual(['aws_s3_bucket_versioning.web_releases']);
    }
    const [rule] = at(standard, 'aws_s3_bucket_lifecycle_configuration.web_releases').rule as [Block];
    expect(rule).toMatchObject({
      status: 'Enabled',
      filter: [{ prefix: 'releases/' }],
      noncurrent_version_expiration: [{ newer_noncurrent_versions: 5, noncurrent_days: 30 }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    });
    expect(rule).not.toHaveProperty('expiration');
  });

  test('is uploaded from the folder that synth writes, and again when its SHA-256 is another one', () => {
    const object = at(standard, 'aws_s3_object.web_app');
    expect(object.source).toMatch(
      new RegExp(`^assets/\\w*app-file_[0-9A-F]{8}/${object.source_hash}/app\\.tar\\.gz$`),
    );
    expect(object.source_hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('that is not there is told with the folder and the command that makes it', () => {
    expect(() => synthesizeService({ release: 'elsewhere' })).toThrow(
      expect.objectContaining({
        code: 'ReleaseMissing',
        message: expect.stringMatching(
          /^release is "elsewhere", and \S+elsewhere\/release\.json is not there; make it by `npm run release`\.$/,
        ),
      }),
    );
  });

  test("for another processor than the instances' is refused", () => {
    expect(() => synthesizeService({ instanceType: 't4g.micro' })).toThrow(
      expect.objectContaining({
        code: 'ReleaseArchitecture',
        message: expect.stringMatching(/holds Node for x64.*needs arm64.*--architecture arm64/),
      }),
    );
    expect(() => synthesizeService({ instanceType: 't4g.micro', release: 'arm' })).not.toThrow();
  });
});
