import type { Surroundings } from '../../lab/autoscaling/action';
import type { Group, Instance } from '../../lab/autoscaling/model';
import { noRequests, nothingCounted } from '../../lab/balancer/balancer';
import { parseNetworkBytes } from '../../lab/machines/booted/network-bytes';
import type { MachineFleet } from '../../lab/machines/fleet';
import type { NetworkBytes } from '../../lab/machines/machine';
import { NetworkCounts } from '../../lab/metrics/network';
import { Pace } from '../../lab/pace';

const around: Surroundings = { now: 600_000, emit: () => undefined, newId: () => '', pace: new Pace(1) };
const instance = (id: string, inServiceAt: number) => ({ id, state: 'InService', inServiceAt }) as Instance;
const group = {
  name: 'web',
  defaultInstanceWarmup: 60,
  instances: new Map([
    ['i-warm', instance('i-warm', 0)],
    ['i-new', instance('i-new', 599_000)],
  ]),
} as unknown as Group;

const fleetOf = (bytes: Readonly<Record<string, NetworkBytes | undefined>>) =>
  ({
    running: Object.entries(bytes).map(([instanceId, own]) => ({
      instanceId,
      networkBytes: async () => own,
    })),
  }) as unknown as MachineFleet;

test('A14: the group’s bytes are those of warm instances; each instance has its own, from its second period on', async () => {
  const counts = new NetworkCounts();
  await counts.close(fleetOf({ 'i-warm': { in: 100, out: 1000 } }), []);
  expect(counts.datapoint(group, around)).toMatchObject({ byInstance: new Map(), average: undefined });
  await counts.close(fleetOf({ 'i-warm': { in: 150, out: 1800 }, 'i-new': { in: 9, out: 9 } }), []);
  await counts.close(fleetOf({ 'i-warm': { in: 175, out: 1900 }, 'i-new': { in: 90, out: 90 } }), []);
  expect(counts.datapoint(group, around)).toEqual({
    group: 'web',
    average: { in: 25, out: 100 },
    byInstance: new Map([
      ['i-warm', { in: 25, out: 100 }],
      ['i-new', { in: 81, out: 81 }],
    ]),
  });
});

test('a machine that has begun anew counts from nothing, and one that tells nothing has no datapoint', async () => {
  const counts = new NetworkCounts();
  await counts.close(fleetOf({ 'i-warm': { in: 100, out: 1000 } }), []);
  await counts.close(fleetOf({ 'i-warm': { in: 10, out: 20 } }), []);
  expect(counts.datapoint(group, around).average).toEqual({ in: 10, out: 20 });
  await counts.close(fleetOf({ 'i-warm': undefined }), []);
  expect(counts.datapoint(group, around).average).toBeUndefined();
});

test('of a machine without an interface of its own it is what the balancers passed', async () => {
  const counts = new NetworkCounts();
  const fleet = { running: [{ instanceId: 'i-warm' }] } as unknown as MachineFleet;
  const passed = (bytesIn: number) => ({
    ...noRequests,
    perTarget: { 'i-warm': { ...nothingCounted, bytesIn, bytesOut: 2 * bytesIn } },
  });
  await counts.close(fleet, [passed(10), passed(1)]);
  await counts.close(fleet, [passed(30), passed(2)]);
  expect(counts.datapoint(group, around).average).toEqual({ in: 21, out: 42 });
});

test('bytes of an instance are those of all its interfaces but the loopback', () => {
  const table = [
    'Inter-|   Receive                                                |  Transmit',
    ' face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed',
    '    lo:  500       5    0    0    0     0          0         0      500       5    0    0    0     0       0          0',
    ' host0: 1200      10    0    0    0     0          0         0     3400      20    0    0    0     0       0          0',
    '  eth1:   30       1    0    0    0     0          0         0       40       1    0    0    0     0       0          0',
    '',
  ].join('\n');
  expect(parseNetworkBytes(table)).toEqual({ in: 1230, out: 3440 });
});
