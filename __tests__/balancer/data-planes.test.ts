import { deregisterTarget, registerTarget, type TargetGroups } from '../../lab/autoscaling/targets';
import type { Balancer, BalancerConfiguration } from '../../lab/balancer/balancer';
import { DataPlanes } from '../../lab/balancer/data-planes';
import type { LoadBalancing } from '../../lab/cloud/load-balancing';
import type { Address } from '../../lab/machines/machine';

const targetGroupArn = 'arn:tg';

function described(path: string): LoadBalancing {
  const configuration = { targetGroupArn, healthCheck: { path } } as BalancerConfiguration;
  return {
    dataPlanes: new Map([['arn:lb', { dnsName: 'web', port: 80, dimension: 'app/web/1', configuration }]]),
    targetGroups: new Map(),
  };
}

const nothing: LoadBalancing = { dataPlanes: new Map(), targetGroups: new Map() };

/** Balancers that write down what they are told. */
function setUp(addresses: Map<string, Address> = new Map([['i-1', { host: '127.0.0.1', port: 4000 }]])) {
  const told: string[] = [];
  let started = 0;
  const planes = new DataPlanes(
    async ({ healthCheck }) => {
      const name = `${++started}`;
      told.push(`start ${name} ${healthCheck.path}`);
      return {
        addTarget: async (id: string, { port }: Address) => void told.push(`add ${id} ${port}`),
        drainTarget: async (id: string) => void told.push(`drain ${id}`),
        removeTarget: async (id: string) => void told.push(`remove ${id}`),
        stop: async () => void told.push(`stop ${name}`),
      } as unknown as Balancer;
    },
    (id) => addresses.get(id),
  );
  const groups: TargetGroups = new Map();
  return { planes, told, groups, addresses };
}

test('a registered target is added once, drained once, removed when it is gone', async () => {
  const { planes, told, groups } = setUp();
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  await planes.syncTargets(groups);
  deregisterTarget(groups, targetGroupArn, 'i-1', 0, 30);
  await planes.syncTargets(groups);
  await planes.syncTargets(groups);
  groups.get(targetGroupArn)?.delete('i-1');
  await planes.syncTargets(groups);
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz', 'add i-1 4000', 'drain i-1', 'remove i-1']);
});

test('a target whose machine is not there yet is added once it is', async () => {
  const { planes, told, groups, addresses } = setUp(new Map());
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz']);
  addresses.set('i-1', { host: '127.0.0.1', port: 4001 });
  await planes.syncTargets(groups);
  expect(told.at(-1)).toBe('add i-1 4001');
});

test('registered again while it drains, it is taken out and added anew', async () => {
  const { planes, told, groups } = setUp();
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  deregisterTarget(groups, targetGroupArn, 'i-1', 0, 30);
  await planes.syncTargets(groups);
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  expect(told.slice(1)).toEqual(['add i-1 4000', 'drain i-1', 'remove i-1', 'add i-1 4000']);
});

test('the same description changes nothing; another health check is another balancer, with its targets', async () => {
  const { planes, told, groups } = setUp();
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  await planes.follow(described('/readyz'));
  await planes.follow(described('/healthz'));
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz', 'add i-1 4000', 'stop 1', 'start 2 /healthz', 'add i-1 4000']);
});

test('a load balancer that is deleted is stopped, and its target group has no probes: it is not in use', async () => {
  const { planes, told } = setUp();
  await planes.follow(described('/readyz'));
  await planes.follow(nothing);
  expect(told).toEqual(['start 1 /readyz', 'stop 1']);
  expect((await planes.probes()).has(targetGroupArn)).toBe(false);
});
