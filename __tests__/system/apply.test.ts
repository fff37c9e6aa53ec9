import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AutoScalingClient,
  CreateOrUpdateTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
  SetInstanceHealthCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { parseEnvironmentFile } from '../../lab/machines/environment-file';
import { machineImages } from '../../lab/moto/images';
import { inventory } from '../../lab/moto/moto';
import { readServiceContext, synthesize } from '../../lab/synthesize';
import type { TerraformProject } from '../../lab/terraform/project';
import { eventually, type LabFixture, labFixture, region, repository } from '../support/lab-fixture';
import { ProjectFixture } from '../support/project-fixture';

type Variables = Readonly<Record<string, string>>;

/** The service of cdktf.json, applied once; its tests look at it one after another and put back what they change. */
describe('the service of cdktf.json in the embedded AWS', () => {
  let fixture: LabFixture;
  let project: TerraformProject;
  let before: string[];
  let outputs: Record<string, unknown>;
  let stackFile: string;

  beforeAll(async () => {
    fixture = await labFixture(1);
    before = await inventory(fixture.lab.motoUrl);
    const outputDirectory = join(fixture.directory, 'cdktf.out');
    mkdirSync(outputDirectory);
    const context = readServiceContext(repository, {});
    const { stack, stackDirectory } = await synthesize(context, {
      processes: fixture.processes,
      projectDirectory: repository,
      outputDirectory,
      logFile: join(fixture.directory, 'synthesis.log'),
    });
    stackFile = join(stackDirectory, 'cdk.tf.json');
    project = fixture.project(stack, stackDirectory);
    await project.init();
    await project.validate();
    await project.apply();
    outputs = await project.outputs();
  }, 240_000);

  afterAll(async () => fixture?.stop(), 90_000);

  const client = <T>(Client: new (settings: object) => T): T =>
    new Client({
      endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

  const group = async () => {
    const { AutoScalingGroups } = await client(AutoScalingClient).send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['web'] }),
    );
    return AutoScalingGroups?.[0];
  };

  const serving = async () =>
    (await group())?.Instances?.filter(({ LifecycleState }) => LifecycleState === 'InService') ?? [];

  const healthyTargets = async () => {
    const { TargetHealthDescriptions = [] } = await client(ElasticLoadBalancingV2Client).send(
      new DescribeTargetHealthCommand({ TargetGroupArn: String(outputs.target_group_arn) }),
    );
    return TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy').map(
      ({ Target }) => Target?.Id,
    );
  };

  /** The settings that an instance of the latest launch template version boots with. */
  const releaseOfLatestTemplate = async () => {
    const { LaunchTemplateVersions = [] } = await client(EC2Client).send(
      new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: String(outputs.launch_template_id),
        Versions: ['$Latest'],
      }),
    );
    const encoded = LaunchTemplateVersions[0]?.LaunchTemplateData?.UserData ?? '';
    const [, ...json] = Buffer.from(encoded, 'base64').toString('utf8').split('\n');
    const { write_files } = JSON.parse(json.join('\n')) as {
      write_files: { path: string; content: string }[];
    };
    const settings = write_files.find(({ path }) => path === '/etc/koa/settings');
    return parseEnvironmentFile(settings?.content ?? '');
  };

  /** Fetched as an instance does it, by version. */
  const sha256InBucket = async ({ RELEASE_BUCKET, RELEASE_KEY, RELEASE_VERSION_ID }: Variables) => {
    const url = `${fixture.lab.environment.AWS_ENDPOINT_URL}/${RELEASE_BUCKET}/${RELEASE_KEY}`;
    const { stdout } = await promisify(execFile)(
      'curl',
      [
        ...['-sSf', '--aws-sigv4', `aws:amz:${region}:s3`, '--user', 'test:test'],
        ...['-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD', `${url}?versionId=${RELEASE_VERSION_ID}`],
      ],
      { maxBuffer: 16 * 1024 * 1024, encoding: 'buffer' },
    );
    return createHash('sha256').update(stdout).digest('hex');
  };

  test('what is applied is byte for byte what was synthesized', () => {
    const applied = readFileSync(join(project.folder, 'cdk.tf.json'));
    expect(applied.equals(readFileSync(stackFile))).toBe(true);
  });

  test('a second plan is empty', async () => {
    expect(await project.plan()).toMatchObject({ changes: [], empty: true });
  }, 60_000);

  test('the balancer passes a request on to the instance that the group launched', async () => {
    const url = fixture.lab.urlOf(String(outputs.dns_name));
    const answer = await fetch(`${url}/`, { headers: { accept: 'application/json' } });
    const [instance] = await serving();
    expect([answer.status, await answer.json()]).toMatchObject([200, { instanceId: instance?.InstanceId }]);
    expect(await healthyTargets()).toEqual([instance?.InstanceId]);
  });

  test('EC2 has the instance, of the launch template, with the tags that the group propagates', async () => {
    const [instance] = await serving();
    const { Reservations } = await client(EC2Client).send(
      new DescribeInstancesCommand({ InstanceIds: [instance?.InstanceId ?? ''] }),
    );
    const described = Reservations?.[0]?.Instances?.[0];
    expect(described).toMatchObject({
      InstanceType: 't3.micro',
      ImageId: machineImages[0]?.imageId,
    });
    expect(described?.Tags).toContainEqual({ Key: 'Name', Value: 'web' });
  });

  test.each([
    [
      'capacity limits',
      async () => {
        const command = new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'web', MaxSize: 5 });
        await client(AutoScalingClient).send(command);
      },
      ['aws_autoscaling_group.web'],
    ],
    [
      'a tag',
      async () => {
        const tag = { ResourceId: 'web', ResourceType: 'auto-scaling-group', Key: 'Name', Value: 'other' };
        await client(AutoScalingClient).send(
          new CreateOrUpdateTagsCommand({ Tags: [{ ...tag, PropagateAtLaunch: true }] }),
        );
      },
      ['aws_autoscaling_group.web'],
    ],
    [
      'a security group rule',
      async () => {
        const groupId = String(outputs.security_group_id);
        const ec2 = client(EC2Client);
        const { SecurityGroupRules = [] } = await ec2.send(
          new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
        );
        const rule = SecurityGroupRules.find(({ IsEgress }) => IsEgress !== true);
        await ec2.send(
          new RevokeSecurityGroupIngressCommand({
            GroupId: groupId,
            SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''],
          }),
        );
      },
      ['aws_vpc_security_group_ingress_rule.web_from_load_balancer'],
    ],
  ])(
    "%s changed behind Terraform's back: the next plan shows it and the next apply mends it",
    async (_what, change, addresses) => {
      await change();
      const seen = await project.plan();
      expect(seen.changes.map(({ address }) => address)).toEqual(addresses);
      await project.apply();
      expect(await project.plan()).toMatchObject({ empty: true });
    },
    120_000,
  );

  test('SetDesiredCapacity launches an instance that serves, and is no drift', async () => {
    await client(AutoScalingClient).send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 2 }),
    );
    await eventually('two healthy targets', async () => (await healthyTargets()).length === 2);
    expect(await project.plan()).toMatchObject({ empty: true });
  }, 90_000);

  test('an instance set Unhealthy is drained, ended and replaced', async () => {
    const victim = (await serving())[0]?.InstanceId ?? '';
    await client(AutoScalingClient).send(
      new SetInstanceHealthCommand({
        InstanceId: victim,
        HealthStatus: 'Unhealthy',
        ShouldRespectGracePeriod: false,
      }),
    );
    await eventually('a replacement serves', async () => {
      const healthy = await healthyTargets();
      return healthy.length === 2 && !healthy.includes(victim);
    });
    await eventually(
      'the old one is gone',
      async () => !(await group())?.Instances?.some(({ InstanceId }) => InstanceId === victim),
      60_000,
    );
    const { Activities = [] } = await client(AutoScalingClient).send(
      new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'web' }),
    );
    const termination = Activities.find(
      ({ Description }) => Description === `Terminating EC2 instance: ${victim}`,
    );
    expect(termination).toMatchObject({ StatusCode: 'Successful', Progress: 100 });
    expect(termination?.Cause).toContain('in response to a user health-check');
  }, 120_000);

  test('TerminateInstanceInAutoScalingGroup with a decrement leaves one instance', async () => {
    const victim = (await serving())[0]?.InstanceId ?? '';
    await client(AutoScalingClient).send(
      new TerminateInstanceInAutoScalingGroupCommand({
        InstanceId: victim,
        ShouldDecrementDesiredCapacity: true,
      }),
    );
    await eventually('one instance is left', async () => (await group())?.Instances?.length === 1, 60_000);
    expect(await group()).toMatchObject({ DesiredCapacity: 1 });
  }, 90_000);

  test("CloudWatch has the group's CPU that the scaling policy sees", async () => {
    const shown = fixture.events.past.filter((event) => event.type === 'datapoint');
    const { Datapoints = [] } = await client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/EC2',
        MetricName: 'CPUUtilization',
        Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web' }],
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(),
        Period: 3600,
        Statistics: ['Maximum', 'SampleCount'],
      }),
    );
    const highest = Math.max(...shown.map(({ value }) => value));
    expect(Math.max(...Datapoints.map(({ Maximum = 0 }) => Maximum))).toBeCloseTo(highest, 6);
  });

  test('an edited app is three changes in place, and the launch template of before still finds its own', async () => {
    const before = await releaseOfLatestTemplate();
    const edited = new ProjectFixture();
    try {
      const main = readFileSync(join(repository, 'runtime/app/main.ts'), 'utf8');
      edited.copyAndWrite('runtime', { 'app/main.ts': `${main}\nprocess.title = 'edited';\n` });
      const context = readServiceContext(repository, {});
      const { stackDirectory } = await synthesize(context, {
        processes: fixture.processes,
        projectDirectory: edited.directory,
        outputDirectory: join(fixture.directory, 'edited'),
        logFile: join(fixture.directory, 'synthesis.log'),
      });
      project.use(stackDirectory);
    } finally {
      edited.remove();
    }
    const { changes } = await project.plan();
    expect(changes.map(({ address, actions }) => [address, actions])).toEqual([
      ['aws_autoscaling_group.web', ['update']],
      ['aws_launch_template.web', ['update']],
      ['aws_s3_object.web_app', ['update']],
    ]);
    await project.apply();
    const after = await releaseOfLatestTemplate();
    expect(after.RELEASE_KEY).toBe(before.RELEASE_KEY);
    expect(after.RELEASE_SHA256).not.toBe(before.RELEASE_SHA256);
    expect(after.NODE_VERSION_ID).toBe(before.NODE_VERSION_ID);
    for (const settings of [before, after]) {
      expect(await sha256InBucket(settings)).toBe(settings.RELEASE_SHA256);
    }
    expect(await project.plan()).toMatchObject({ empty: true });
  }, 120_000);

  test('destroy leaves of every resource type what was there before', async () => {
    await project.destroy();
    expect(await inventory(fixture.lab.motoUrl)).toEqual(before);
    expect(fixture.lab.region.groups.size).toBe(0);
  }, 180_000);
});
