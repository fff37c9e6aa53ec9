/** A group behind a load balancer, made by the API in a moment: for what needs neither Terraform nor the constructs. */
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CreateLaunchTemplateCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Group } from '../../lab/autoscaling/model';
import { labCredentials } from '../../lab/cloud/clients';
import { machineImages } from '../../lab/moto/images';
import { eventually, type LabFixture, region } from './lab-fixture';

export interface SmallService {
  readonly autoScaling: AutoScalingClient;
  readonly cloudwatch: CloudWatchClient;
  readonly ec2: EC2Client;
  readonly url: string;
  /** As a policy on requests per target names it. */
  readonly resourceLabel: string;
  readonly targetGroupArn: string;
  group(): Group;
  /** Ids of instances in service. */
  serving(): string[];
  /** Ids of healthy targets. */
  healthy(): string[];
}

/** @param group what differs from a group `web` of one instance at first, four at most */
export async function smallService(
  { lab }: LabFixture,
  group: Partial<CreateAutoScalingGroupCommandInput> = {},
): Promise<SmallService> {
  const settings = { endpoint: lab.environment.AWS_ENDPOINT_URL, region, credentials: labCredentials };
  const autoScaling = new AutoScalingClient(settings);
  const ec2 = new EC2Client(settings);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
  const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
  const { TargetGroups = [] } = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'web',
      Protocol: 'HTTP',
      Port: 80,
      VpcId: Subnets[0]?.VpcId,
      HealthCheckPath: '/readyz',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const targetGroupArn = TargetGroups[0]?.TargetGroupArn ?? '';
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '2' }],
    }),
  );
  const { LoadBalancers = [] } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'web', Subnets: subnets.slice(0, 2) }),
  );
  const loadBalancerArn = LoadBalancers[0]?.LoadBalancerArn ?? '';
  await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'web',
      LaunchTemplateData: { ImageId: machineImages[0]?.imageId, InstanceType: 't3.micro' },
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'web',
      MinSize: 1,
      MaxSize: 4,
      LaunchTemplate: { LaunchTemplateName: 'web', Version: '$Latest' },
      VPCZoneIdentifier: subnets.slice(0, 2).join(','),
      TargetGroupARNs: [targetGroupArn],
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: 60,
      DefaultInstanceWarmup: 0,
      ...group,
    }),
  );
  const service: SmallService = {
    autoScaling,
    cloudwatch: new CloudWatchClient(settings),
    ec2,
    get url() {
      return `${lab.urlOf(LoadBalancers[0]?.DNSName ?? '')}/`;
    },
    resourceLabel: [/app\/.*$/.exec(loadBalancerArn), /targetgroup\/.*$/.exec(targetGroupArn)].join('/'),
    targetGroupArn,
    group: () => {
      const found = lab.region.groups.get('web');
      if (found === undefined) throw new Error('there is no group web');
      return found;
    },
    serving: () =>
      [...service.group().instances.values()]
        .filter(({ state }) => state === 'InService')
        .map(({ id }) => id),
    healthy: () =>
      [...(lab.region.targetGroups.get(targetGroupArn)?.values() ?? [])]
        .filter(({ state }) => state === 'healthy')
        .map(({ id }) => id),
  };
  const wanted = service.group().desiredCapacity;
  await eventually('the first instances are healthy', () => service.healthy().length === wanted, 60_000);
  return service;
}
