/**
 * The settings of a service: types, and the defaults that constructs, documentation and command line share.
 * Nothing here loads CDKTF, so that a program can read settings without paying for it.
 */

/** @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/what-is-amazon-ec2-auto-scaling.html */
export interface AutoscaledServiceProps {
  /**
   * Name of the service; every resource name and every Terraform address begins with it. Another name replaces
   * everything. 1 to 23 characters, since a target group's name has 32 and carries a hash of 8 behind it:
   * small letters, digits and single hyphens, a letter first, no hyphen last.
   */
  readonly name: string;
  /** Where the service runs. @default - a VPC of its own, see {@link OwnNetworkProps} */
  readonly network?: NetworkProps;
  /** What an instance starts from. @default - Ubuntu 24.04 LTS, following its publications */
  readonly image?: ImageProps;
  /**
   * Size of an instance. The image's architecture follows from it: a family of Graviton processors (`t4g`,
   * `m7g`, …) means arm64.
   * @default t3.micro
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html
   */
  readonly instanceType?: string;
  /**
   * Instances that run at least. One or more: an empty group has no CPU average, so nothing would ever scale it
   * out again.
   * @default 1
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
   */
  readonly minCapacity?: number;
  /** Instances that run at most; not below `minCapacity`. @default 2, or `minCapacity` where that is more */
  readonly maxCapacity?: number;
  /**
   * Average CPU of the group that target tracking holds, in percent: above 0, up to 100.
   * @default 50
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
   */
  readonly cpuTarget?: number;
  /**
   * Seconds from InService until an instance's CPU counts towards the average: 1 to 3600. Longer than an
   * instance is busy with starting; too long, and the next spike waits for it.
   * @default 90
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-default-instance-warmup.html
   */
  readonly warmupSeconds?: number;
  /**
   * Seconds from an instance's launch until the service on it answers, when nothing goes wrong: 30 to 1800. What
   * follows from it: how long the launch hook waits for the instance's word (this, 120 seconds of retries, and up
   * to the next full minute) and how long Terraform waits for the first healthy instance.
   * @default 150: a small instance that installs its packages from a far mirror; the hook then waits 300
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
   */
  readonly bootSeconds?: number;
  /**
   * The folder with what the instances run, made by `npm run release`; relative to the current folder, in which
   * CDKTF runs the app. `cdktf deploy` makes it itself.
   * @default .release
   */
  readonly release?: string;
  /**
   * Environment variables of the service. They stand in the user data and in Terraform's state, where everybody
   * who may describe the launch template reads them: **not for secrets**, see {@link secrets}. Values are single
   * lines, and may come from other resources.
   * @default - none
   * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Secrets of the service: for each name, the SSM parameter that holds the value. An instance reads them when it
   * activates a release, into files that only the service can read; user data and Terraform's state hold nothing but
   * the parameters' names. Names as of environment variables, parameters of the same region and account. One that is
   * encrypted with a key of your own needs a `kms:Decrypt` in `policyStatements`.
   * @default - none
   * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
   * @see https://systemd.io/CREDENTIALS/
   */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Whether the service may connect to others over the network. `denied` leaves it the socket that nginx asks it on,
   * which systemd then sees to; the instance itself still reaches AWS and package mirrors.
   * @default allowed: apps call databases
   * @see https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#PrivateNetwork=
   */
  readonly outboundNetwork?: 'allowed' | 'denied';
  /**
   * Ships the instances' logs to CloudWatch Logs, by AWS's agent. Its ingestion is paid for by the GB.
   * @default - none: logs stay in each instance's journal
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Install-CloudWatch-Agent.html
   */
  readonly logs?: LogsProps;
  /** Shell access by SSH. @default - none: Session Manager needs neither key nor open port */
  readonly ssh?: SshProps;
  /** Ids of further security groups of the instances, at most 4 beside the service's own. @default - none */
  readonly securityGroupIds?: readonly string[];
  /** What the service may do on AWS, beside what the instance needs for itself. @default - nothing */
  readonly policyStatements?: readonly PolicyStatementProps[];
  /**
   * Size of the root volume (gp3, encrypted) in GiB: 1 to 16384.
   * @default 8 for `os`; the image's own size for `amiId` and `ssmParameter`
   * @see https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html
   */
  readonly rootVolumeGiB?: number;
  /** How the load balancer finds out which instances serve. @default - see {@link HealthCheckProps} */
  readonly healthCheck?: HealthCheckProps;
  /**
   * Seconds that a leaving instance has to finish its requests: 26 to 3600, above the 25 that the app itself
   * takes to drain.
   * @default 30: AWS's 300 would make each scale-in and each replacement last five minutes
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
   */
  readonly deregistrationDelaySeconds?: number;
  /**
   * Tags beside `Name` and `Service`, at most 40: of every resource that has tags, but for the launch template,
   * which nobody pays for and whose change would only add noise to a plan. @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export type NetworkProps = OwnNetworkProps | ExistingNetworkProps;

/** A VPC of the service's own. @see https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html */
export interface OwnNetworkProps {
  /**
   * IPv4 range of the VPC, /16 to /23: a sixteenth of it goes to each subnet, and a load balancer needs 32
   * addresses. Another range replaces the VPC and everything in it.
   * @default 10.0.0.0/16
   */
  readonly cidr?: string;
  /**
   * Availability zones: 2 to 6, or `all` the region has. A region with fewer gives what it has, at least two.
   * The load balancer pays for a public address in each. A change adds and removes subnets, and touches no other.
   * @default 3
   */
  readonly zones?: number | 'all';
  /**
   * Instances in private subnets, which reach the internet through one NAT gateway. A NAT gateway costs some
   * 35 USD a month and each GB; without it, instances have public addresses that only the load balancer may
   * connect to. A change adds or removes subnets; running instances move as they are replaced.
   * @default false
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
   */
  readonly privateInstances?: boolean;
}

/** A VPC that exists. Moving between it and an own one replaces the service. */
export interface ExistingNetworkProps {
  /** Id of the VPC. */
  readonly vpcId: string;
  /** Ids of two or more subnets in different zones, with a route to an internet gateway: for the load balancer. */
  readonly publicSubnetIds: readonly string[];
  /**
   * Ids of the subnets for the instances. They need a way out: NAT, or what the service calls.
   * @default - the public subnets, where instances get a public address
   */
  readonly instanceSubnetIds?: readonly string[];
}

export type ImageProps = PublishedImageProps | AmiImageProps | ParameterImageProps;

export const operatingSystems = ['ubuntu-24.04', 'debian-12'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** The newest image that Canonical or Debian publishes, or one publication of theirs. */
export interface PublishedImageProps {
  /** @default ubuntu-24.04 */
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

/** An image of your own, by its id: pinned by nature. */
export interface AmiImageProps {
  readonly amiId: string;
}

/** An image by the SSM parameter that holds its id: follows the parameter. */
export interface ParameterImageProps {
  readonly ssmParameter: string;
}

/** @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-key-pairs.html */
export interface SshProps {
  /** Name of an EC2 key pair of the region. */
  readonly keyName: string;
  /** IPv4 ranges that may connect to port 22: /8 to /32, known at synth. Never the whole world. */
  readonly sourceCidrs: readonly string[];
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html */
export interface PolicyStatementProps {
  /** @default Allow */
  readonly effect?: 'Allow' | 'Deny';
  /** Such as `s3:GetObject`. At least one. */
  readonly actions: readonly string[];
  /** ARNs, or `*`. At least one. `${aws:…}` policy variables are written as they are. */
  readonly resources: readonly string[];
  /** Operator, then key, then value or values. @default - none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export type LogsProps = OwnLogGroupProps | ExistingLogGroupProps;

/** A log group of the service's own, named after it. A destroy deletes it with all it holds. */
export interface OwnLogGroupProps {
  /**
   * Days until a log event expires: one of the numbers that AWS takes.
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly retentionDays: number;
}

/** A log group that exists, and stays. */
export interface ExistingLogGroupProps {
  readonly logGroupName: string;
}

/** The days that CloudWatch Logs takes. */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export interface HealthCheckProps {
  /** Path that answers 200 when an instance may get requests. @default /readyz */
  readonly path?: string;
  /**
   * Seconds between two checks of an instance: 5 to 300.
   * @default 10: a new instance needs one passed check, so it waits at most this long; AWS's 30 would triple it
   */
  readonly intervalSeconds?: number;
  /** Seconds for an answer: 2 to 120, below `intervalSeconds`. @default 5 */
  readonly timeoutSeconds?: number;
  /** Checks that an unhealthy instance must pass in a row: 2 to 10. @default 2, the least that AWS takes */
  readonly healthyThreshold?: number;
  /** Checks that a healthy instance must fail in a row: 2 to 10. @default 2: out after some 20 seconds */
  readonly unhealthyThreshold?: number;
}

/** The defaults above, for everybody who states one. */
export const serviceDefaults = {
  instanceType: 't3.micro',
  minCapacity: 1,
  maxCapacity: 2,
  cpuTarget: 50,
  warmupSeconds: 90,
  bootSeconds: 150,
  release: '.release',
  outboundNetwork: 'allowed',
  deregistrationDelaySeconds: 30,
  rootVolumeGiB: 8,
  network: { cidr: '10.0.0.0/16', zones: 3, privateInstances: false },
  image: { os: 'ubuntu-24.04' },
  healthCheck: {
    path: '/readyz',
    intervalSeconds: 10,
    timeoutSeconds: 5,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
  },
} as const;
