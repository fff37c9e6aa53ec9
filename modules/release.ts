import { resolve } from 'node:path';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import type { Architecture } from './private/architecture';
import { BucketGuards } from './private/bucket-guards';
import { addressed } from './private/naming';
import { nodeArchitectureOf } from './private/node-runtime';
import { type PartProps, tagsOf } from './private/part';
import { type ReleasedFile, type ReleaseManifest, readRelease } from './private/release-folder';
import { serviceDefaults } from './props';
import { ServiceError } from './service-error';

export interface ReleaseProps extends PartProps {
  /** The folder that `npm run release` made. @default .release */
  readonly release?: string;
  /** The instances': Node is another binary for each. */
  readonly architecture: Architecture;
}

/** One file for the instances to fetch: all that finds it and proves it. */
export interface StoredObject {
  readonly key: string;
  /** A reference: S3 gives the number at the upload. An instance that asks for it gets these very bytes. */
  readonly versionId: string;
  /** SHA-256 in hexadecimal, known at synth. */
  readonly sha256: string;
}

/** In front of every key; the role of the instances may read what is below it. */
export const releasePrefix = 'releases/';

/** Older versions that stay, whatever their age: as many as an instance keeps, so that both roll back as far. */
const keptVersions = 5;
/** Days until a version beyond those expires, once a newer one has taken its place. */
const olderVersionDays = 30;
/** Days until the parts of an upload that was broken off are removed; they cost, and are in no listing. */
const brokenUploadDays = 7;

/**
 * What the instances run, in a bucket of the service's own: private, encrypted, and reached by TLS only. Each file
 * has one key for ever and is versioned: a new release is an update in place, and older versions of the launch
 * template still find theirs. With a key for each release, an apply would delete the one before.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 */
export class Release extends Construct {
  readonly bucket: S3Bucket;
  /** App, nginx configuration and units in one archive. */
  readonly appObject: StoredObject;
  /** The npm package with the Node binary. */
  readonly nodeObject: StoredObject;
  /** An instance can fetch once they all exist. */
  readonly requirements: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ReleaseProps) {
    const folder = props.release ?? serviceDefaults.release;
    const manifest = readRelease(folder);
    checkArchitecture(manifest, props.architecture);
    super(scope, id);
    const { name } = props;
    this.bucket = addressed(
      name,
      new S3Bucket(this, 'Bucket', {
        // A bucket's name is the whole world's: AWS puts what makes it unique behind this.
        bucketPrefix: `${name}-releases-`,
        // All in it is made from the sources again; a destroy must not stop at it half way.
        forceDestroy: true,
        tags: tagsOf(props, 'releases'),
      }),
      'releases',
    );
    const versioning = this.addVersioning(name);
    const guards = new BucketGuards(this, 'Guards', {
      name,
      part: 'releases',
      bucketId: this.bucket.id,
      bucketArn: this.bucket.arn,
    });
    const app = `${releasePrefix}app.tar.gz`;
    // Of any processor: with a key for each, another instance type would delete what the one before needs.
    const node = `${releasePrefix}node.tgz`;
    const appObject = this.addObject(name, 'app', app, folder, manifest.app, versioning);
    const nodeObject = this.addObject(name, 'node', node, folder, manifest.node, versioning);
    this.appObject = { key: app, versionId: appObject.versionId, sha256: manifest.app.sha256 };
    this.nodeObject = { key: node, versionId: nodeObject.versionId, sha256: manifest.node.sha256 };
    this.requirements = [appObject, nodeObject, ...guards.all];
  }

  private addVersioning(name: string): ITerraformDependable {
    const versioning = addressed(
      name,
      new S3BucketVersioningA(this, 'Versioning', {
        bucket: this.bucket.id,
        versioningConfiguration: { status: 'Enabled' },
      }),
      'releases',
    );
    addressed(
      name,
      new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
        bucket: this.bucket.id,
        rule: [
          {
            id: 'expire-older-versions',
            status: 'Enabled',
            filter: [{ prefix: releasePrefix }],
            noncurrentVersionExpiration: [
              { newerNoncurrentVersions: keptVersions, noncurrentDays: olderVersionDays },
            ],
            abortIncompleteMultipartUpload: [{ daysAfterInitiation: brokenUploadDays }],
          },
        ],
        // The rule is about versions, which S3 knows only then.
        dependsOn: [versioning],
      }),
      'releases',
    );
    return versioning;
  }

  private addObject(
    name: string,
    part: string,
    key: string,
    folder: string,
    { file, sha256 }: ReleasedFile,
    versioning: ITerraformDependable,
  ): S3Object {
    const asset = new TerraformAsset(this, `${part}-file`, {
      path: resolve(folder, file),
      type: AssetType.FILE,
      assetHash: sha256,
    });
    return addressed(
      name,
      new S3Object(this, part, {
        bucket: this.bucket.id,
        key,
        source: asset.path,
        sourceHash: sha256,
        contentType: 'application/gzip',
        // An object that is there before has no version id. No tags: an object takes 10 of them, a service has 40.
        dependsOn: [versioning],
      }),
      part,
    );
  }
}

function checkArchitecture({ node }: ReleaseManifest, architecture: Architecture): void {
  const needed = nodeArchitectureOf(architecture);
  if (node.architecture === needed) return;
  throw new ServiceError(
    'ReleaseArchitecture',
    `The release holds Node for ${node.architecture}, and instanceType needs ${needed}; make it again by ` +
      `\`npm run release -- --architecture ${needed}\`.`,
  );
}
