/**
 * The machine images that the embedded AWS has: what the public SSM parameters of Ubuntu and Debian stand for. moto
 * has neither those parameters nor recent images of the two.
 */

export interface MachineImage {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  /** As EC2 writes it. */
  readonly architecture: 'x86_64' | 'arm64';
  /** The account that publishes it: Canonical's, Debian's. */
  readonly ownerId: string;
  readonly rootDeviceName: string;
  /** The public SSM parameter whose value is this image's id. */
  readonly parameter: string;
}

const canonical = '099720109477';
const debian = '136693071363';

/** The ids are the lab's own: constant, well-formed, and on no account of AWS's. */
export const machineImages: readonly MachineImage[] = [
  ubuntu('amd64', 'ami-0fab0000000240401'),
  ubuntu('arm64', 'ami-0fab0000000240402'),
  debianRelease(12, 'bookworm', 'amd64', 'ami-0fab0000000120001'),
  debianRelease(12, 'bookworm', 'arm64', 'ami-0fab0000000120002'),
  debianRelease(13, 'trixie', 'amd64', 'ami-0fab0000000130001'),
  debianRelease(13, 'trixie', 'arm64', 'ami-0fab0000000130002'),
];

/** Parameter name to image id. */
export const imageParameters: ReadonlyMap<string, string> = new Map(
  machineImages.map(({ parameter, imageId }) => [parameter, imageId]),
);

/** As moto's `MOTO_AMIS_PATH` wants them. */
export function motoImages(images: readonly MachineImage[] = machineImages): object[] {
  return images.map((image) => ({
    ami_id: image.imageId,
    state: 'available',
    public: true,
    owner_id: image.ownerId,
    image_location: `${image.ownerId}/${image.name}`,
    sriov: 'simple',
    root_device_type: 'ebs',
    root_device_name: image.rootDeviceName,
    description: image.description,
    image_type: 'machine',
    platform: null,
    architecture: image.architecture,
    name: image.name,
    virtualization_type: 'hvm',
    hypervisor: 'xen',
    creation_date: '2026-11-01T00:00:00.000Z',
  }));
}

function ubuntu(architecture: 'amd64' | 'arm64', imageId: string): MachineImage {
  return {
    imageId,
    name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture}-server-20261101`,
    description: `Canonical, Ubuntu, 24.04, ${architecture} noble image`,
    architecture: inEc2Terms(architecture),
    ownerId: canonical,
    rootDeviceName: '/dev/sda1',
    parameter: `/aws/service/canonical/ubuntu/server/24.04/stable/current/${architecture}/hvm/ebs-gp3/ami-id`,
  };
}

function debianRelease(
  release: 12 | 13,
  codename: string,
  architecture: 'amd64' | 'arm64',
  imageId: string,
): MachineImage {
  return {
    imageId,
    name: `debian-${release}-${architecture}-20261101-2286`,
    description: `Debian ${release} (${codename}), ${architecture}`,
    architecture: inEc2Terms(architecture),
    ownerId: debian,
    rootDeviceName: '/dev/xvda',
    parameter: `/aws/service/debian/release/${release}/latest/${architecture}`,
  };
}

function inEc2Terms(architecture: 'amd64' | 'arm64'): MachineImage['architecture'] {
  return architecture === 'amd64' ? 'x86_64' : 'arm64';
}
