import {
  type Check,
  type IsReference,
  knownText,
  listOf,
  object,
  oneOf,
  refuse,
  text,
  wholeNumber,
} from '../private/shape';
import { timesOf } from '../private/times';
import { ServiceError } from '../service-error';
import { checkPolicyStatement, checkSsh, type PolicyStatementProps, type SshProps } from './access';
import { serviceDefaults } from './defaults';
import { checkDomain, type DomainProps } from './domain';
import { checkEdge } from './edge';
import { checkEnvironment, checkSecrets } from './environment';
import { checkFleet, type FleetProps } from './fleet';
import { checkFleetTogether } from './fleet-together';
import { checkHealthCheck, type HealthCheckProps } from './health-check';
import { checkHttps, type HttpsProps } from './https';
import { checkImage, checkInstanceType, type ImageProps } from './image';
import { checkLoadBalancer, type LoadBalancerProps } from './load-balancer';
import { checkLogs, type LogsProps } from './logs';
import { checkNetwork, type NetworkProps } from './network';
import { checkObservability, checkObservabilityTogether, type ObservabilityProps } from './observability';
import { checkRollout, type RolloutProps } from './rollout';
import { checkRouting, type RoutingProps } from './routing';
import { checkScaling, type ScalingProps } from './scaling';
import { checkScalingTogether } from './scaling-together';
import { checkTags } from './tags';
import { checkCpuTarget } from './tracking';

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
   * Average CPU of the group that target tracking holds, in percent: above 0, up to 100. EC2 Auto Scaling documents no
   * bounds; CloudWatch, whose alarms compare with it, takes no number below 8.515920e-109. `none` has no such policy,
   * where another one in `scaling` follows the load.
   * @default 50
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
   */
  readonly cpuTarget?: number | 'none';
  /** What makes the group grow and shrink beside its CPU. @default - nothing */
  readonly scaling?: ScalingProps;
  /** Alarms, a dashboard, and what the group tells of itself. @default - none: every alarm and metric costs */
  readonly observability?: ObservabilityProps;
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
   * lines, and may come from other resources. Names that the service sets itself are refused, and so is what the app
   * would not take of `LOG_LEVEL` and `OVERLOAD_DELAY_MILLISECONDS`.
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
  /** What stands in front of the instances. @default - an internet-facing load balancer of the service's own */
  readonly loadBalancer?: LoadBalancerProps;
  /**
   * HTTPS at the load balancer; instances are asked over HTTP inside the VPC. `{ "issued": {} }` has ACM issue a
   * certificate for the names in `domain`. @default - HTTP only
   */
  readonly https?: HttpsProps;
  /** Names of the service in the DNS. @default - none: the load balancer's own name, from AWS */
  readonly domain?: DomainProps;
  /** Which instance a request goes to. @default - one after the other */
  readonly routing?: RoutingProps;
  /** What else can be said of the instances and their group. @default - see {@link FleetProps} */
  readonly fleet?: FleetProps;
  /** How running instances get a new version. @default - not until they are replaced, see {@link RolloutProps} */
  readonly rollout?: RolloutProps;
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

const serviceName: Check = (value, at, isReference) => {
  knownText(
    '1 to 23 small letters, digits and single hyphens, a letter first and no hyphen last, such as "web"',
    /^(?=.{1,23}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    'InvalidServiceName',
  )(value, at, isReference);
  if (/^(internal|sg)-/.test(String(value))) {
    refuse(
      'InvalidServiceName',
      at,
      value,
      'a name without internal- or sg- in front, which AWS keeps for itself',
    );
  }
};

const service = object(
  { name: serviceName },
  {
    network: checkNetwork,
    image: checkImage,
    instanceType: checkInstanceType,
    minCapacity: wholeNumber(1),
    maxCapacity: wholeNumber(1),
    cpuTarget: checkCpuTarget,
    scaling: checkScaling,
    observability: checkObservability,
    warmupSeconds: wholeNumber(1, 3600),
    bootSeconds: wholeNumber(30, 1800),
    release: knownText('the folder that `npm run release` made', /\S/, 'InvalidSetting'),
    environment: checkEnvironment,
    secrets: checkSecrets,
    outboundNetwork: oneOf(['allowed', 'denied']),
    logs: checkLogs,
    ssh: checkSsh,
    securityGroupIds: listOf(text('the id of a security group, sg-…', /^sg-\S+$/), 0, 4),
    policyStatements: listOf(checkPolicyStatement),
    rootVolumeGiB: wholeNumber(1, 16384),
    loadBalancer: checkLoadBalancer,
    https: checkHttps,
    domain: checkDomain,
    routing: checkRouting,
    fleet: checkFleet,
    rollout: checkRollout,
    healthCheck: checkHealthCheck,
    deregistrationDelaySeconds: wholeNumber(0, 3600),
    tags: checkTags,
  },
);

/**
 * Checks a whole service before anything is made of it.
 * @param at where the settings stand, in front of their names in a message; empty for a construct's props
 */
export function checkService(
  value: unknown,
  at: string,
  isReference: IsReference,
): asserts value is AutoscaledServiceProps {
  service(value, at, isReference);
  const props = value as AutoscaledServiceProps;
  const min = props.minCapacity ?? serviceDefaults.minCapacity;
  if (props.maxCapacity !== undefined && min > props.maxCapacity) {
    throw new ServiceError(
      'CapacityInverted',
      `minCapacity ${min} is above maxCapacity ${props.maxCapacity}; raise the max or lower the min.`,
    );
  }
  checkEdge(props, isReference);
  const path = (name: string) => (at === '' ? name : `${at}.${name}`);
  if (props.fleet !== undefined) checkFleetTogether(props.fleet, props, path('fleet'));
  if (props.scaling !== undefined) checkScalingTogether(props.scaling, props, path('scaling'));
  if (props.observability !== undefined) {
    const instanceType = props.instanceType ?? serviceDefaults.instanceType;
    checkObservabilityTogether(props.observability, { ...props, instanceType }, path('observability'));
  }
  timesOf(props, props.loadBalancer);
}
