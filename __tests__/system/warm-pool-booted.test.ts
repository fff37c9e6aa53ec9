/** A warm pool of machines that boot: what is stopped keeps its disk, and boots again from it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CompleteLifecycleActionCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLaunchTemplateVersionCommand } from '@aws-sdk/client-ec2';
import { machineImages } from '../../lab/moto/images';
import { eventually, type LabFixture, labFixture } from '../support/lab-fixture';
import { rootOnLinux } from '../support/needing';
import { type SmallService, smallService } from '../support/small-service';

/** Counts its boots on its disk, and says on its console which one it is. */
const userData = [
  '#cloud-config',
  JSON.stringify({
    bootcmd: ['echo up >> /var/boots; echo "boot $(wc -l < /var/boots) of this disk" > /dev/console'],
  }),
].join('\n');

rootOnLinux.describe('a warm pool of machines that boot', () => {
  let fixture: LabFixture;
  let service: SmallService;

  beforeAll(async () => {
    fixture = await labFixture(20, 'booted');
    service = await smallService(fixture, {
      MinSize: 0,
      MaxSize: 1,
      HealthCheckType: 'EC2',
      TargetGroupARNs: [],
    });
    await service.ec2.send(
      new CreateLaunchTemplateVersionCommand({
        LaunchTemplateName: 'web',
        LaunchTemplateData: {
          ImageId: machineImages[0]?.imageId,
          InstanceType: 't3.micro',
          UserData: Buffer.from(userData).toString('base64'),
        },
      }),
    );
  }, 300_000);

  afterAll(async () => fixture?.stop(), 120_000);

  const states = () => [...service.group().instances.values()].map(({ state }) => state);

  test('B19: boots once in the pool and again, from the same disk, in the group', async () => {
    await service.autoScaling.send(
      new PutLifecycleHookCommand({
        AutoScalingGroupName: 'web',
        LifecycleHookName: 'boot',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        HeartbeatTimeout: 120,
      }),
    );
    await service.autoScaling.send(
      new PutWarmPoolCommand({ AutoScalingGroupName: 'web', PoolState: 'Stopped' }),
    );
    await eventually('it runs', () => service.group().instances.size === 1, 120_000);
    const [id = ''] = service.group().instances.keys();
    const bootsTold = () => {
      const console = join(fixture.directory, 'machines', id, 'logs', 'console.log');
      return readFileSync(console, 'utf8').match(/boot \d+ of this disk/g) ?? [];
    };
    const serve = async (boots: number) => {
      await eventually(`boot ${boots} is over`, () => bootsTold().length === boots, 90_000);
      await service.autoScaling.send(
        new CompleteLifecycleActionCommand({
          AutoScalingGroupName: 'web',
          LifecycleHookName: 'boot',
          InstanceId: id,
          LifecycleActionResult: 'CONTINUE',
        }),
      );
    };
    await eventually('it waits', () => states().join() === 'Warmed:Pending:Wait');
    await serve(1);
    await eventually('it is stopped', () => states().join() === 'Warmed:Stopped', 120_000);
    await service.autoScaling.send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity: 1 }),
    );
    await serve(2);
    await eventually('it is in service', () => states().join() === 'InService', 60_000);
    expect([...service.group().instances.keys()]).toEqual([id]);
    expect(bootsTold()).toEqual(['boot 1 of this disk', 'boot 2 of this disk']);
    await eventually('its bytes are those of its own interface', async () => {
      const { Datapoints = [] } = await service.cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: 'AWS/EC2',
          MetricName: 'NetworkIn',
          Dimensions: [{ Name: 'InstanceId', Value: id }],
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 3600,
          Statistics: ['Sum'],
        }),
      );
      return (Datapoints[0]?.Sum ?? 0) > 0;
    });
  }, 300_000);
});
