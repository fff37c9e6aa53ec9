/** A warm pool of process machines: what is stopped really ends, and serves again when the group grows. */
import {
  DescribeWarmPoolCommand,
  PutWarmPoolCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { eventually, type LabFixture, labFixture } from '../support/lab-fixture';
import { type SmallService, smallService } from '../support/small-service';

let fixture: LabFixture;
let service: SmallService;

beforeAll(async () => {
  fixture = await labFixture(20);
  service = await smallService(fixture, { MaxSize: 2 });
}, 120_000);

afterAll(async () => fixture?.stop(), 60_000);

async function pool(): Promise<{ id: string; state: string }[]> {
  const { Instances = [] } = await service.autoScaling.send(
    new DescribeWarmPoolCommand({ AutoScalingGroupName: 'web' }),
  );
  return Instances.map(({ InstanceId = '', LifecycleState = '' }) => ({
    id: InstanceId,
    state: LifecycleState,
  }));
}

const inEc2 = async (id: string) => {
  const { Reservations = [] } = await service.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations[0]?.Instances?.[0]?.State?.Name;
};

const desire = (DesiredCapacity: number) =>
  service.autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'web', DesiredCapacity }));

test('B19: an instance is made, stopped, started and serves; on scale-in it is stopped again', async () => {
  await service.autoScaling.send(
    new PutWarmPoolCommand({
      AutoScalingGroupName: 'web',
      PoolState: 'Stopped',
      InstanceReusePolicy: { ReuseOnScaleIn: true },
    }),
  );
  await eventually(
    'the pool has one, stopped',
    async () => (await pool())[0]?.state === 'Warmed:Stopped',
    60_000,
  );
  const [{ id } = { id: '' }] = await pool();
  expect(await inEc2(id)).toBe('stopped');
  expect(service.serving()).toHaveLength(1);

  await desire(2);
  await eventually('it is healthy', () => service.healthy().includes(id), 60_000);
  expect(await inEc2(id)).toBe('running');
  expect(await pool()).toEqual([]);
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(service.url)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));

  await desire(1);
  await eventually('one is stopped again', async () => (await pool())[0]?.state === 'Warmed:Stopped', 90_000);
  const [{ id: back } = { id: '' }] = await pool();
  expect(await inEc2(back)).toBe('stopped');
  expect(service.group().instances.size).toBe(2);
}, 240_000);
