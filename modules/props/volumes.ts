import { type Check, object, refuse, text, wholeNumber, yesOrNo } from '../private/shape';
import { ServiceError } from '../service-error';

/**
 * Speed of the root volume, a gp3 one. AWS takes more of the newest volumes than is allowed here, the provider not.
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html#gp3-ebs-volume-type
 */
export interface RootVolumeProps {
  /** I/O operations per second: 3000 to 16000, at most 500 for each GiB. @default 3000, which costs nothing more */
  readonly iops?: number;
  /** MiB per second: 125 to 1000, at most a quarter of `iops`. @default 125, which costs nothing more */
  readonly throughput?: number;
}

/**
 * A further volume of each instance: gp3, encrypted. It comes empty or as its snapshot; to make a file system on it
 * and to mount it is left to the image or the service.
 * @see https://docs.aws.amazon.com/ebs/latest/userguide/ebs-attaching-volume.html
 */
export interface VolumeProps {
  /**
   * Name of the device: `/dev/sdf` to `/dev/sdp`, AWS's recommendation for data. On Nitro instances the kernel calls it
   * otherwise, such as `/dev/nvme1n1`.
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html
   */
  readonly deviceName: string;
  /** Size in GiB: 1 to 16384; not below the snapshot's. */
  readonly sizeGiB: number;
  /** I/O operations per second: 3000 to 16000, at most 500 for each GiB. @default 3000, which costs nothing more */
  readonly iops?: number;
  /** MiB per second: 125 to 1000, at most a quarter of `iops`. @default 125, which costs nothing more */
  readonly throughput?: number;
  /** Id of the snapshot that it is made of. @default - none: an empty volume */
  readonly snapshotId?: string;
  /**
   * Whether it goes with its instance. Kept volumes cost on, and no other instance takes them over.
   * @default true
   */
  readonly deleteOnTermination?: boolean;
}

/**
 * A key of your own in KMS for all volumes of the instances. Auto Scaling launches them, so that its service-linked role
 * needs a grant of the key: one is made beside it, for which Terraform's own credentials need `kms:CreateGrant`. The
 * role is there once the account has had a group.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
export interface VolumeKeyProps {
  /** ARN of the key. */
  readonly kmsKeyArn: string;
  /**
   * Whether the service makes the grant. Without it, the key's policy has to admit the role; so it must where the key is
   * another account's.
   * @default true
   */
  readonly grant?: boolean;
}

type Speed = Pick<VolumeProps, 'iops' | 'throughput'>;

/** What gp3 volumes do without being asked. */
export const volumeSpeedDefaults = { iops: 3000, throughput: 125 } as const;

const speed = { iops: wholeNumber(3000, 16000), throughput: wholeNumber(125, 1000) };

export const checkRootVolume: Check = (value, at, isReference) => {
  object({}, speed)(value, at, isReference);
  checkThroughput(value as RootVolumeProps, at);
};

const volume = object(
  {
    deviceName: text('the name of a device, /dev/sdf to /dev/sdp', /^\/dev\/sd[f-p]$/),
    sizeGiB: wholeNumber(1, 16384),
  },
  { ...speed, snapshotId: text('the id of a snapshot, snap-…', /^snap-\S+$/), deleteOnTermination: yesOrNo },
);

export const checkVolume: Check = (value, at, isReference) => {
  volume(value, at, isReference);
  const { sizeGiB, ...rest } = value as VolumeProps;
  checkThroughput(rest, at);
  checkIops(rest, sizeGiB, at);
};

export const checkVolumeKey = object(
  { kmsKeyArn: text('the ARN of a KMS key, arn:…:key/…', /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/\S+$/) },
  { grant: yesOrNo },
);

/** Two volumes can't be one device. */
export function checkDevices(volumes: readonly VolumeProps[], at: string): void {
  const names = volumes.map(({ deviceName }) => deviceName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new ServiceError(
    'DuplicateDevice',
    `${at} has ${twice} twice; give each volume a device of its own.`,
  );
}

export function checkIops({ iops }: Speed, sizeGiB: number | undefined, at: string): void {
  // Every gp3 volume has 3000, however small it is.
  if (
    iops === undefined ||
    sizeGiB === undefined ||
    iops <= Math.max(volumeSpeedDefaults.iops, 500 * sizeGiB)
  )
    return;
  refuse('SettingOutOfRange', `${at}.iops`, iops, `at most 500 for each of the ${sizeGiB} GiB`);
}

function checkThroughput({ iops = volumeSpeedDefaults.iops, throughput }: Speed, at: string): void {
  if (throughput === undefined || throughput <= iops / 4) return;
  refuse(
    'SettingOutOfRange',
    `${at}.throughput`,
    throughput,
    `at most a quarter of ${at}.iops, which is ${iops}`,
  );
}
