import { type Check, hasKey, knownText, object, oneOf, refuse, text } from '../private/shape';

export type ImageProps = PublishedImageProps | AmiImageProps | ParameterImageProps;

export const operatingSystems = ['ubuntu-24.04', 'debian-12'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/**
 * The newest image that Canonical or Debian publishes, or one publication of theirs.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
 */
export interface PublishedImageProps {
  /** The distribution and its release. The architecture follows from `instanceType`. */
  readonly os: OperatingSystem;
  /**
   * One publication, by the serial in its SSM parameter's path (`20251022` for Ubuntu, `20251112-2294` for
   * Debian). Pinned, a plan changes only when you say so; following, each publication is a new launch template
   * version in the next plan.
   * @default - following the newest
   * @see https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/
   * @see https://wiki.debian.org/Cloud/AmazonEC2Image
   */
  readonly publication?: string;
}

/**
 * An image of your own, by its id: pinned by nature.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIs.html
 */
export interface AmiImageProps {
  /** Id of the image, of the architecture that `instanceType` has. */
  readonly amiId: string;
}

/**
 * An image by the SSM parameter that holds its id: follows the parameter.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-ec2-aliases.html
 */
export interface ParameterImageProps {
  /** Name of the parameter; its value is read in each plan. `autoscaled-service bake` writes one. */
  readonly ssmParameter: string;
}

export const imageDefaults = { os: 'ubuntu-24.04' } as const;

const amiImage = object({ amiId: text('the id of an image, ami-…', /^ami-\S+$/) });
const parameterImage = object({ ssmParameter: text('the name of an SSM parameter', /^[\w./:-]+$/) });
const publishedImage = object(
  { os: oneOf(operatingSystems) },
  { publication: knownText('a serial such as "20251022"', /^\d[\d.-]*$/, 'InvalidSetting') },
);
export const checkImage: Check = (value, at, isReference) => {
  const kind = hasKey(value, 'amiId')
    ? amiImage
    : hasKey(value, 'ssmParameter')
      ? parameterImage
      : publishedImage;
  kind(value, at, isReference);
};

export const checkInstanceType: Check = (value, at, isReference) => {
  knownText('an instance type such as "t3.micro"', /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, 'InvalidInstanceType')(
    value,
    at,
    isReference,
  );
  if (String(value).startsWith('mac')) {
    refuse('InvalidInstanceType', at, value, 'a type that runs Linux; Mac instances do not');
  }
};
