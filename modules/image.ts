import { DataAwsAmi } from '@cdktf/provider-aws/lib/data-aws-ami';
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { Construct } from 'constructs';
import { type Architecture, architectureOf } from './private/architecture';
import { addressed } from './private/naming';
import {
  type AutoscaledServiceProps,
  type OperatingSystem,
  type PublishedImageProps,
  serviceDefaults,
} from './props';

export interface ImageConstructProps extends Pick<AutoscaledServiceProps, 'image' | 'instanceType'> {
  /** Name of the service. */
  readonly name: string;
}

/** What an instance starts from. */
export class Image extends Construct {
  readonly imageId: string;
  /** Name of the root device, under which the launch template describes the root volume. */
  readonly rootDeviceName: string;
  /** Size of its root volume in GiB where it is known; undefined leaves the size to the image. */
  readonly rootVolumeGiB: number | undefined;
  readonly architecture: Architecture;

  constructor(scope: Construct, id: string, props: ImageConstructProps) {
    super(scope, id);
    const { name } = props;
    const image = props.image ?? serviceDefaults.image;
    this.architecture = architectureOf(props.instanceType ?? serviceDefaults.instanceType);
    if ('amiId' in image) {
      this.imageId = image.amiId;
      this.rootDeviceName = this.lookUpRootDevice(name);
    } else if ('ssmParameter' in image) {
      this.imageId = this.lookUpParameter(name, image.ssmParameter);
      this.rootDeviceName = this.lookUpRootDevice(name);
    } else {
      this.imageId = this.lookUpParameter(name, parameterOf(image, this.architecture));
      this.rootDeviceName = rootDevices[image.os];
      this.rootVolumeGiB = serviceDefaults.rootVolumeGiB;
    }
  }

  /** `insecure_value`: the plain `value` counts as a secret, and a plan would hide which image is next. */
  private lookUpParameter(name: string, parameter: string): string {
    return addressed(name, new DataAwsSsmParameter(this, 'Parameter', { name: parameter }), 'image')
      .insecureValue;
  }

  private lookUpRootDevice(name: string): string {
    const image = new DataAwsAmi(this, 'Ami', { filter: [{ name: 'image-id', values: [this.imageId] }] });
    return addressed(name, image, 'image').rootDeviceName;
  }
}

const rootDevices: Record<OperatingSystem, string> = {
  'ubuntu-24.04': '/dev/sda1',
  'debian-12': '/dev/xvda',
};

/** The public parameter in which Canonical or Debian publishes image ids. */
function parameterOf(image: PublishedImageProps, architecture: Architecture): string {
  return image.os === 'ubuntu-24.04'
    ? `/aws/service/canonical/ubuntu/server/24.04/stable/${image.publication ?? 'current'}/${architecture}/hvm/ebs-gp3/ami-id`
    : `/aws/service/debian/release/12/${image.publication ?? 'latest'}/${architecture}`;
}
