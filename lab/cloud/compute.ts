/** EC2 as Auto Scaling sees it: subnets, launch templates, instances. */
import {
  type _InstanceType,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
  type Instance,
  type ResponseLaunchTemplateData,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { Input } from '../autoscaling/input';
import { validationError } from '../autoscaling/input';
import type { LaunchedInstance } from '../autoscaling/instances';
import type { LaunchChoice } from '../autoscaling/mixed-instances';
import type { Group, LaunchTemplateReference, Subnet } from '../autoscaling/model';
import { launchTemplateInUse } from '../autoscaling/refresh/refresh';
import type { MachineSpec } from '../machines/machine';
import type { Vpc } from '../network/addresses';
import { overlooked, profileName } from './launch-template';

export class Compute {
  constructor(
    private readonly ec2: EC2Client,
    private readonly region: string,
  ) {}

  /** In the order they were named. @throws ValidationError */
  async subnets(ids: readonly string[]): Promise<Subnet[]> {
    const { Subnets = [] } = await this.ec2
      .send(new DescribeSubnetsCommand({ SubnetIds: [...ids] }))
      .catch(() => ({ Subnets: [] }));
    return ids.map((id) => {
      const zone = Subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone;
      if (zone === undefined) throw validationError(`The subnet ID '${id}' does not exist`);
      return { id, zone };
    });
  }

  /** A template is named by its id or its name; both are known afterwards. @throws ValidationError */
  async launchTemplate(specification: Input): Promise<LaunchTemplateReference> {
    const id = specification.optionalString('LaunchTemplateId');
    const name = specification.optionalString('LaunchTemplateName');
    const { LaunchTemplates = [] } = await this.ec2
      .send(
        new DescribeLaunchTemplatesCommand(
          id === undefined ? { LaunchTemplateNames: [name ?? ''] } : { LaunchTemplateIds: [id] },
        ),
      )
      .catch(() => ({ LaunchTemplates: [] }));
    const template = LaunchTemplates[0];
    if (template?.LaunchTemplateId === undefined || template.LaunchTemplateName === undefined) {
      throw validationError(
        `You must use a valid fully-formed launch template. The launch template ${id ?? name} does not exist`,
      );
    }
    return {
      id: template.LaunchTemplateId,
      name: template.LaunchTemplateName,
      version: specification.optionalString('Version') ?? '$Default',
    };
  }

  /** Launches one instance and tells what a machine needs to know to be it. */
  async run(
    group: Group,
    subnet: Subnet,
    choice: LaunchChoice,
  ): Promise<{ launched: LaunchedInstance; spec: MachineSpec }> {
    const template = choice.launchTemplate ?? launchTemplateInUse(group);
    const { version, data } = await this.templateVersion(template);
    const { Instances = [] } = await this.ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: { LaunchTemplateId: template.id, Version: version },
        ...(choice.instanceType === undefined ? {} : { InstanceType: choice.instanceType as _InstanceType }),
        ...(choice.purchaseOption === 'spot' ? { InstanceMarketOptions: { MarketType: 'spot' } } : {}),
        ...overlooked(data, subnet.id),
        TagSpecifications: [{ ResourceType: 'instance', Tags: instanceTags(group) }],
      }),
    );
    const instance = Instances[0];
    const id = instance?.InstanceId;
    if (instance === undefined || id === undefined)
      throw new Error('RunInstances answered without an instance');
    const spec = await this.#specOf(instance, id);
    const { instanceType, imageId } = spec;
    return {
      launched: { id, instanceType, imageId, launchTemplate: { ...template, version } },
      spec,
    };
  }

  /** What the machines of these instances need to know. */
  async specs(instanceIds: readonly string[]): Promise<MachineSpec[]> {
    const { Reservations = [] } = await this.ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [...instanceIds] }),
    );
    const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
    return Promise.all(instances.map((instance) => this.#specOf(instance, instance.InstanceId ?? '')));
  }

  /** What becomes of an instance whose machine powers itself off. */
  async shutdownBehavior(instanceId: string): Promise<'stop' | 'terminate'> {
    const { InstanceInitiatedShutdownBehavior } = await this.ec2.send(
      new DescribeInstanceAttributeCommand({
        InstanceId: instanceId,
        Attribute: 'instanceInitiatedShutdownBehavior',
      }),
    );
    return InstanceInitiatedShutdownBehavior?.Value === 'terminate' ? 'terminate' : 'stop';
  }

  async stop(instanceId: string): Promise<void> {
    await this.ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
  }

  async start(instanceId: string): Promise<void> {
    await this.ec2.send(new StartInstancesCommand({ InstanceIds: [instanceId] }));
  }

  async terminate(instanceId: string): Promise<void> {
    await this.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  }

  /** Those that EC2 calls pending or running. */
  async running(): Promise<Set<string>> {
    const { Reservations = [] } = await this.ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
      }),
    );
    return new Set(
      Reservations.flatMap(({ Instances = [] }) => Instances.flatMap(({ InstanceId }) => InstanceId ?? [])),
    );
  }

  async #specOf(instance: Instance, instanceId: string): Promise<MachineSpec> {
    const { UserData } = await this.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute: 'userData' }),
    );
    return {
      instanceId,
      region: this.region,
      zone: instance.Placement?.AvailabilityZone ?? '',
      privateIp: instance.PrivateIpAddress ?? '',
      instanceType: instance.InstanceType ?? 't3.micro',
      imageId: instance.ImageId ?? '',
      instanceProfile: profileName(instance.IamInstanceProfile),
      userData: Buffer.from(UserData?.Value ?? '', 'base64').toString('utf8'),
      vpc: await this.vpc(instance.VpcId ?? ''),
    };
  }

  /** @throws Error where EC2 has no such VPC */
  async vpc(id: string): Promise<Vpc> {
    const { Vpcs = [] } = await this.ec2.send(new DescribeVpcsCommand({ VpcIds: [id] }));
    const cidr = Vpcs[0]?.CidrBlock;
    if (cidr === undefined) throw new Error(`EC2 tells no block of addresses for the VPC ${id}`);
    return { id, cidr };
  }

  /** `$Latest` and `$Default` are looked up at each launch; an instance remembers the number. */
  async templateVersion({
    id,
    version,
  }: Pick<LaunchTemplateReference, 'id' | 'version'>): Promise<TemplateVersion> {
    const { LaunchTemplateVersions = [] } = await this.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: [version] }),
    );
    const found = LaunchTemplateVersions[0];
    if (found?.VersionNumber === undefined)
      throw new Error(`Launch template ${id} has no version ${version}`);
    return { version: String(found.VersionNumber), data: found.LaunchTemplateData ?? {} };
  }
}

export interface TemplateVersion {
  readonly version: string;
  readonly data: ResponseLaunchTemplateData;
}

/** Every instance of a group carries its name, so that there is always a tag; EC2 takes no empty list. */
function instanceTags(group: Group): { Key: string; Value: string }[] {
  const propagated = [...group.tags.values()].filter(({ propagateAtLaunch }) => propagateAtLaunch);
  return [
    { Key: 'aws:autoscaling:groupName', Value: group.name },
    ...propagated.map(({ key, value }) => ({ Key: key, Value: value })),
  ];
}
