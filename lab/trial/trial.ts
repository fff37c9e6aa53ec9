/** The service in the embedded AWS, applied by the real Terraform, and instances of it as they are asked for. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type CloudClients, createClients } from '../cloud/clients';
import type { Emit } from '../events';
import { Processes } from '../host/processes';
import { type Lab, startLab } from '../lab';
import { kernelPrefix, namespaceName } from '../network/names';
import { type Prepared, prepare } from '../prepare';
import { readServiceContext, synthesize } from '../synthesize';
import { TerraformProject } from '../terraform/project';
import { type TemplateChange, TrialTemplate } from './launch-template';
import { withoutTraffic } from './targets';
import { TrialInstance } from './trial-instance';

export interface TrialOptions {
  /** The lab's folder: made, and removed at the end. */
  readonly directory: string;
  /** Where cdktf.json is. */
  readonly projectDirectory: string;
  /** Holds what is made or fetched once: moto, root file systems, packages. */
  readonly cache: string;
  /** Everything, or all that an instance needs, without load balancer and group: much sooner there. */
  readonly extent: 'everything' | 'instances';
  readonly emit: Emit;
}

export interface Subnets {
  readonly vpcId: string;
  readonly ids: readonly string[];
}

export class Trial {
  readonly lab: Lab;
  readonly clients: CloudClients;
  readonly template: TrialTemplate;
  readonly subnets: Subnets;

  private constructor(
    private readonly options: TrialOptions,
    private readonly processes: Processes,
    parts: { lab: Lab; clients: CloudClients; template: TrialTemplate; subnets: Subnets },
  ) {
    this.lab = parts.lab;
    this.clients = parts.clients;
    this.template = parts.template;
    this.subnets = parts.subnets;
  }

  static async start(options: TrialOptions): Promise<Trial> {
    const { directory, projectDirectory } = options;
    const processes = new Processes(join(directory, 'run', 'processes.jsonl'));
    const context = readServiceContext(projectDirectory, {});
    const { region, service } = context.settings;
    let lab: Lab | undefined;
    try {
      const [prepared, synthesized] = await Promise.all([
        prepareTrial(options, processes),
        synthesize(context, {
          processes,
          projectDirectory,
          outputDirectory: join(directory, 'cdktf.out'),
          logFile: join(directory, 'logs', 'synthesis.log'),
        }),
      ]);
      lab = await startLab({ ...prepared, region, speed: 1, port: undefined, gatewayPort: undefined });
      const project = new TerraformProject({
        processes,
        ...synthesized,
        labDirectory: directory,
        aws: lab.environment,
      });
      await project.init();
      const stack = JSON.parse(readFileSync(join(synthesized.stackDirectory, 'cdk.tf.json'), 'utf8'));
      await project.apply(options.extent === 'instances' ? { targets: withoutTraffic(stack) } : {});
      const clients = createClients(lab.environment.AWS_ENDPOINT_URL ?? '', region);
      const template = await TrialTemplate.find(clients.ec2, service.name);
      const subnets = await subnetsOf(clients, template.securityGroup);
      return new Trial(options, processes, { lab, clients, template, subnets });
    } catch (error) {
      await lab?.stop();
      await processes.stopAll();
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** What leads the SDK to the embedded AWS. */
  get environment(): Readonly<Record<string, string>> {
    return this.lab.environment;
  }

  /** An instance outside any group, which has no launch hook to complete. */
  async run({ userData, ...change }: TemplateChange = {}): Promise<TrialInstance> {
    const settings = { LIFECYCLE_HOOK: '', ...userData?.settings };
    const version = await this.template.version({ ...change, userData: { ...userData, settings } });
    const { Instances: [instance] = [] } = await this.clients.ec2.send(
      new RunInstancesCommand({
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: {
          LaunchTemplateId: this.template.id,
          Version: version,
        },
        SubnetId: this.subnets.ids[0],
        InstanceInitiatedShutdownBehavior: 'stop',
      }),
    );
    return this.instance(instance?.InstanceId ?? '', instance?.PrivateIpAddress ?? '');
  }

  instance(id: string, privateIp: string): TrialInstance {
    const { directory } = this.options;
    return new TrialInstance({
      id,
      privateIp,
      namespace: namespaceName(kernelPrefix(directory), this.subnets.vpcId),
      machines: join(directory, 'machines'),
    });
  }

  async terminate({ id }: TrialInstance): Promise<void> {
    await this.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  }

  async stop(): Promise<void> {
    this.clients.destroy();
    await this.lab.stop();
    await this.processes.stopAll();
    rmSync(this.options.directory, { recursive: true, force: true });
  }
}

async function prepareTrial(
  { directory, projectDirectory, cache, emit }: TrialOptions,
  processes: Processes,
): Promise<Prepared> {
  const prepared = await prepare({
    directory,
    projectDirectory,
    processes,
    emit,
    machines: 'booted',
    motoEnvironment: join(cache, 'moto-environment'),
    images: join(cache, 'images'),
    packageCache: join(cache, 'cache', 'packages'),
  });
  await prepared.imagesReady;
  return prepared;
}

async function subnetsOf({ ec2 }: CloudClients, securityGroup: string): Promise<Subnets> {
  const { SecurityGroups: [group] = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [securityGroup] }),
  );
  const vpcId = group?.VpcId ?? '';
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }),
  );
  return { vpcId, ids: Subnets.flatMap(({ SubnetId }) => SubnetId ?? []) };
}
