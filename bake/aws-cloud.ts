/** A bake's questions, put to AWS: its default chain of credentials, its own environment variables. */
import {
  CreateImageCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandOutput,
  DescribeInstancesCommand,
  type DescribeInstancesCommandOutput,
  DescribeLaunchTemplateVersionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  type EC2ClientConfig,
  GetConsoleOutputCommand,
  type RouteTable,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ServiceError } from '../modules/service-error';
import type { BakeCloud, Image, InstanceState, Network, Template } from './cloud';

/** On the image, so that the next bake begins where this one did. */
const sourceTag = 'autoscaled-service:baked-from';

/** @throws ServiceError `RegionMissing` */
export async function connectToAws(environment: NodeJS.ProcessEnv): Promise<AwsBakeCloud> {
  // The SDK knows the first name alone, the AWS CLI before version 2 the second.
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  // The pinned version runs on Node 20; its notice of what later versions will need is for whoever updates it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const configuration = region === undefined ? {} : { region };
  const ec2 = new EC2Client(configuration);
  const known = await ec2.config.region().catch((cause: unknown) => {
    throw new ServiceError('RegionMissing', 'No region is set; set AWS_REGION, or the one of your profile.', {
      cause,
    });
  });
  return new AwsBakeCloud(ec2, new SSMClient(configuration), known, environment.AWS_ENDPOINT_URL);
}

export class AwsBakeCloud implements BakeCloud {
  constructor(
    private readonly ec2: EC2Client,
    private readonly ssm: SSMClient,
    readonly region: string,
    readonly endpoint: string | undefined,
  ) {}

  /** Another endpoint than AWS's own, with credentials that nobody has to look for. */
  static at(
    region: string,
    { endpoint, credentials }: { endpoint: string; credentials: EC2ClientConfig['credentials'] & object },
  ): AwsBakeCloud {
    const configuration = { region, endpoint, credentials };
    return new AwsBakeCloud(new EC2Client(configuration), new SSMClient(configuration), region, endpoint);
  }

  async template(id: string): Promise<Template> {
    const { LaunchTemplateVersions: [found] = [] } = await asked(`launch template ${id}`, () =>
      this.ec2.send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ['$Latest'] }),
      ),
    );
    const {
      ImageId,
      UserData = '',
      NetworkInterfaces = [],
      SecurityGroupIds = [],
    } = found?.LaunchTemplateData ?? {};
    if (found === undefined || ImageId === undefined)
      throw new ServiceError(
        'TemplateUnsuitable',
        `Launch template ${id} names no image; give the one of a service.`,
      );
    return {
      id,
      version: String(found.VersionNumber),
      name: found.LaunchTemplateName ?? id,
      imageId: ImageId,
      userData: Buffer.from(UserData, 'base64').toString('utf8'),
      securityGroupIds: NetworkInterfaces[0]?.Groups ?? SecurityGroupIds,
      instancesArePublic: NetworkInterfaces[0]?.AssociatePublicIpAddress === true,
    };
  }

  async image(id: string): Promise<Image> {
    const { Images: [found] = [] } = await asked(`image ${id}`, () =>
      this.ec2.send(new DescribeImagesCommand({ ImageIds: [id] })),
    );
    if (found === undefined)
      throw new ServiceError('ImageUnknown', `There is no image ${id} in ${this.region}.`);
    const bakedFrom = found.Tags?.find(({ Key }) => Key === sourceTag)?.Value;
    return { id, name: found.Name ?? id, bakedFrom };
  }

  async network(securityGroupId: string): Promise<Network> {
    const { SecurityGroups: [group] = [] } = await asked(`security group ${securityGroupId}`, () =>
      this.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [securityGroupId] })),
    );
    const vpcId = group?.VpcId ?? '';
    const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
    const [{ Subnets = [] }, { RouteTables = [] }] = await asked(`the subnets of ${vpcId}`, () =>
      Promise.all([
        this.ec2.send(new DescribeSubnetsCommand({ Filters })),
        this.ec2.send(new DescribeRouteTablesCommand({ Filters })),
      ]),
    );
    return {
      accountId: group?.OwnerId ?? 'unknown',
      vpcId,
      subnets: Subnets.map(({ SubnetId = '' }) => ({ id: SubnetId, wayOut: wayOut(SubnetId, RouteTables) })),
    };
  }

  async run(request: Parameters<BakeCloud['run']>[0]): Promise<string> {
    const { template, imageId, subnetId, securityGroupIds, publicAddress, userData, name } = request;
    const { Instances: [instance] = [] } = await asked('RunInstances', () =>
      this.ec2.send(
        new RunInstancesCommand({
          MinCount: 1,
          MaxCount: 1,
          LaunchTemplate: { LaunchTemplateId: template.id, Version: template.version },
          ImageId: imageId,
          UserData: Buffer.from(userData).toString('base64'),
          InstanceInitiatedShutdownBehavior: 'stop',
          // Whole, since it stands in place of the template's, and not beside it.
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              SubnetId: subnetId,
              Groups: [...securityGroupIds],
              AssociatePublicIpAddress: publicAddress,
              DeleteOnTermination: true,
            },
          ],
          TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
        }),
      ),
    );
    if (instance?.InstanceId === undefined) throw new Error('RunInstances answered without an instance');
    return instance.InstanceId;
  }

  async instanceState(instanceId: string): Promise<InstanceState> {
    const { Reservations = [] } = await soon<DescribeInstancesCommandOutput, NothingYet>(
      {},
      'InvalidInstanceID.NotFound',
      () => this.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
    );
    const state = Reservations[0]?.Instances?.[0]?.State?.Name;
    return (state as InstanceState | undefined) ?? 'pending';
  }

  async console(instanceId: string): Promise<string> {
    const { Output = '' } = await asked('GetConsoleOutput', () =>
      this.ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId })),
    );
    return Buffer.from(Output, 'base64').toString('utf8');
  }

  async createImage({
    instanceId,
    name,
    bakedFrom,
  }: Parameters<BakeCloud['createImage']>[0]): Promise<string> {
    const { ImageId } = await asked('CreateImage', () =>
      this.ec2.send(
        new CreateImageCommand({
          InstanceId: instanceId,
          Name: name,
          Description: `Baked from ${bakedFrom} by autoscaled-service`,
          TagSpecifications: [
            {
              ResourceType: 'image',
              Tags: [
                { Key: 'Name', Value: name },
                { Key: sourceTag, Value: bakedFrom },
              ],
            },
          ],
        }),
      ),
    );
    if (ImageId === undefined) throw new Error('CreateImage answered without an image');
    return ImageId;
  }

  async imageState(imageId: string): Promise<{ state: string; reason?: string }> {
    const { Images: [found] = [] } = await soon<DescribeImagesCommandOutput, NothingYet>(
      {},
      'InvalidAMIID.NotFound',
      () => this.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] })),
    );
    const reason = found?.StateReason?.Message;
    return { state: found?.State ?? 'pending', ...(reason === undefined ? {} : { reason }) };
  }

  async deregisterImage(imageId: string): Promise<void> {
    await asked('DeregisterImage', () =>
      this.ec2.send(new DeregisterImageCommand({ ImageId: imageId, DeleteAssociatedSnapshots: true })),
    );
  }

  async putParameter(name: string, imageId: string): Promise<void> {
    await asked('PutParameter', () =>
      this.ssm.send(
        new PutParameterCommand({
          Name: name,
          Value: imageId,
          Type: 'String',
          // SSM then refuses what is no image of the account's.
          DataType: 'aws:ec2:image',
          Overwrite: true,
        }),
      ),
    );
  }

  async terminate(instanceId: string): Promise<void> {
    await asked('TerminateInstances', () =>
      this.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] })),
    );
  }

  destroy(): void {
    this.ec2.destroy();
    this.ssm.destroy();
  }
}

/** A subnet without a route table of its own has the VPC's main one. */
function wayOut(subnetId: string, tables: readonly RouteTable[]): string | undefined {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some(({ SubnetId }) => SubnetId === subnetId),
  );
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main === true));
  const route = (own ?? main)?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State !== 'blackhole',
  );
  return route?.GatewayId ?? route?.NatGatewayId ?? route?.TransitGatewayId ?? route?.NetworkInterfaceId;
}

/** @throws ServiceError `CredentialsMissing`, `AwsRefused` */
async function asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    const { name, message } = cause as Error;
    if (name === 'CredentialsProviderError')
      throw new ServiceError(
        'CredentialsMissing',
        `No credentials of AWS were found (${message}); log in, or set AWS_PROFILE.`,
        { cause },
      );
    throw new ServiceError('AwsRefused', `${what}: ${name}: ${message}`, { cause });
  }
}

interface NothingYet {
  readonly Reservations?: undefined;
  readonly Images?: undefined;
}

/** What was made a moment ago may not be known everywhere yet. */
function soon<T, M>(meanwhile: M, code: string, ask: () => Promise<T>): Promise<T | M> {
  return asked<T | M>('Describe', ask).catch((error: unknown) => {
    const { cause } = error as Error;
    if (cause instanceof Error && cause.name === code) return meanwhile;
    throw error;
  });
}
