import { type CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Group, Instance, Region } from '../../lab/autoscaling/model';
import type { ScalingPolicy } from '../../lab/autoscaling/policies';
import { cpu, keyOf, type TrackedMetric } from '../../lab/autoscaling/tracked-metric';
import { noRequests, nothingCounted } from '../../lab/balancer/balancer';
import type { DataPlanes } from '../../lab/balancer/data-planes';
import type { NewLabEvent } from '../../lab/events';
import type { MachineFleet } from '../../lab/machines/fleet';
import { Sampler } from '../../lab/metrics/sampler';
import { Pace } from '../../lab/pace';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

/** Two instances at a tenfold pace, a period of 6 s: `i-warm` serves for long, `i-new` has just begun. */
function setUp() {
  const events: NewLabEvent[] = [];
  const instance = (id: string, inServiceAt: number) =>
    ({ id, state: 'InService', inServiceAt }) as unknown as Instance;
  const group = {
    name: 'web',
    instances: new Map([
      ['i-warm', instance('i-warm', -1_000_000)],
      ['i-new', instance('i-new', 0)],
    ]),
    defaultInstanceWarmup: 3600,
    policies: new Map(),
    enabledMetrics: new Set(),
    suspendedProcesses: new Map(),
    datapoints: new Map(),
  } as unknown as Group;
  const world = {
    percent: { 'i-warm': 20, 'i-new': 100 },
    counters: noRequests,
    fails: false,
    cloudwatchFails: false,
    puts: 0,
    /** What CloudWatch answers to whoever asks for a metric. */
    orders: undefined as number | undefined,
    hold: undefined as Promise<void> | undefined,
  };
  const used = { 'i-warm': 0, 'i-new': 0 };
  const machine = (instanceId: 'i-warm' | 'i-new') => ({
    instanceId,
    capacity: 1,
    cpuSeconds: async () => {
      await world.hold;
      if (world.fails) throw new Error('the machine does not answer');
      used[instanceId] += world.percent[instanceId] / 100;
      return used[instanceId];
    },
  });
  let datapoints = 0;
  const sampler = new Sampler({
    region: { groups: new Map([['web', group]]), targetGroups: new Map() } as unknown as Region,
    fleet: { running: [machine('i-warm'), machine('i-new')] } as unknown as MachineFleet,
    dataPlanes: {
      all: [
        {
          arn: 'arn:lb',
          description: {
            dimension: 'app/web/1',
            configuration: { loadBalancerName: 'web', targetGroupArn: 'arn:tg' },
          },
          balancer: { counters: async () => world.counters },
        },
      ],
    } as unknown as DataPlanes,
    loadBalancing: () => ({ dataPlanes: new Map(), targetGroups: new Map() }),
    surroundings: () => ({
      now: Date.now(),
      emit: (event) => void events.push(event),
      newId: () => '',
      pace: new Pace(10),
    }),
    cloudwatch: {
      send: async (command: object) => {
        if (command instanceof PutMetricDataCommand) world.puts += 1;
        if (world.cloudwatchFails) throw new Error('CloudWatch does not answer');
        return { MetricDataResults: [{ Values: [world.orders] }] };
      },
    } as unknown as CloudWatchClient,
    onDatapoint: () => {
      datapoints += 1;
    },
  });
  sampler.start();
  const series = (metric: TrackedMetric = cpu) => group.datapoints.get(keyOf(metric)) ?? [];
  return { sampler, events, group, series, world, datapoints: () => datapoints };
}

const seconds = (count: number) => jest.advanceTimersByTimeAsync(count * 1000);

test('once a period, and once only, the average of the warm instances is the datapoint of the group (A14)', async () => {
  const { sampler, series, world, datapoints } = setUp();
  await seconds(7);
  expect(series().map(({ at, value }) => [at, Math.round(value ?? -1)])).toEqual([[0, 20]]);
  world.percent['i-warm'] = 60;
  await seconds(6);
  expect(series()).toHaveLength(2);
  expect(datapoints()).toBe(2);
  await seconds(6);
  // Nothing of the period before is in it.
  expect(Math.round(series()[2]?.value ?? -1)).toBe(60);
  await sampler.stop();
});

test('every second tells the CPU of each instance, warm or not, from the second reading on', async () => {
  const { sampler, events } = setUp();
  await seconds(2);
  const cpu = events.flatMap((event) =>
    event.type === 'cpu' ? [[event.instanceId, Math.round(event.percent)]] : [],
  );
  expect(cpu).toEqual([
    ['i-warm', 20],
    ['i-new', 100],
  ]);
  await sampler.stop();
});

test('requests are told as the difference, also when the balancer has begun anew', async () => {
  const { sampler, events, world } = setUp();
  const count = (requests: number) => ({
    ...noRequests,
    requests,
    perTarget: { 'i-warm': { ...nothingCounted, requests } },
  });
  for (const requests of [10, 25, 4]) {
    world.counters = count(requests);
    await seconds(1);
  }
  const told = events.flatMap((event) =>
    event.type === 'requests' ? [[event.total, event.perInstance['i-warm']]] : [],
  );
  expect(told).toEqual([
    [10, 10],
    [15, 15],
    [4, 4],
  ]);
  await sampler.stop();
});

test('a sample that is lost is told, and the next one is taken', async () => {
  const { sampler, events, world } = setUp();
  world.fails = true;
  await seconds(1);
  expect(events).toMatchObject([
    { type: 'notice', level: 'warning', text: expect.stringContaining('does not answer') },
  ]);
  world.fails = false;
  await seconds(2);
  expect(events.some(({ type }) => type === 'cpu')).toBe(true);
  await sampler.stop();
});

test('what CloudWatch does not take costs no datapoint, and nothing of it is left for the next period', async () => {
  const { sampler, events, series, world } = setUp();
  world.cloudwatchFails = true;
  await seconds(7);
  expect(series()).toHaveLength(1);
  expect(world.puts).toBe(2);
  world.percent['i-warm'] = 60;
  await seconds(12);
  expect(Math.round(series()[2]?.value ?? -1)).toBe(60);
  expect(events.some((event) => event.type === 'notice' && event.text.includes('CloudWatch'))).toBe(true);
  await sampler.stop();
});

test('A3: a customized metric is read once its period is over; one that can’t be read has no value then', async () => {
  const { sampler, group, series, world } = setUp();
  const metric: TrackedMetric = {
    kind: 'customized',
    period: 10,
    queries: [
      {
        id: 'm1',
        source: {
          stat: { namespace: 'Shop', name: 'Orders', dimensions: [], statistic: 'Average', unit: undefined },
        },
        returnData: true,
      },
    ],
    specification: {},
  };
  group.policies.set('orders', {
    type: 'TargetTrackingScaling',
    metric,
    enabled: false,
    alarms: [],
  } as unknown as ScalingPolicy);
  world.orders = 7;
  await seconds(3);
  expect(series(metric)).toEqual([
    { at: 1000, value: 7 },
    { at: 2000, value: 7 },
  ]);
  world.cloudwatchFails = true;
  await seconds(4);
  expect(series(metric).at(-1)).toEqual({ at: 6000, value: undefined });
  expect(series()).toHaveLength(1);
  await sampler.stop();
});

test('a slow sample is not overlapped, and is waited for', async () => {
  const { sampler, series, world } = setUp();
  await seconds(3);
  let goOn = () => {};
  world.hold = new Promise((resolve) => {
    goOn = resolve;
  });
  await seconds(20);
  let stopped = false;
  const stopping = sampler.stop().then(() => {
    stopped = true;
  });
  await seconds(1);
  expect(stopped).toBe(false);
  goOn();
  await stopping;
  // One sample took all that time, and closed one period.
  expect(series().map(({ at }) => at)).toEqual([0]);
});
