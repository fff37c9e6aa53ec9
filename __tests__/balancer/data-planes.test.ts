import { deregisterTarget, registerTarget, type TargetGroups } from '../../lab/autoscaling/targets';
import type { Balancer, BalancerConfiguration } from '../../lab/balancer/balancer';
import { DataPlanes } from '../../lab/balancer/data-planes';
import type { LoadBalancing } from '../../lab/cloud/load-balancing';
import type { Address } from '../../lab/machines/machine';
import { ServiceError } from '../../modules/service-error';

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
  const refused = new Set<string>();
  /** Why it can't be asked, by balancer. */
  const unreachable = new Map<string, string>();
  let started = 0;
  const planes = new DataPlanes(
    async ({ healthCheck }) => {
      const name = `${++started}`;
      told.push(`start ${name} ${healthCheck.path}`);
      return {
        addTarget: async (id: string, { port }: Address) => {
          if (refused.has(id)) throw new Error(`${id} is refused`);
          told.push(`add ${id} ${port}`);
        },
        probes: async () => {
          const code = unreachable.get(name);
          if (code === undefined) return new Map();
          const cause = Object.assign(new Error(code), { code });
          throw new ServiceError('BalancerUnreachable', code, { cause });
        },
        drainTarget: async (id: string) => void told.push(`drain ${id}`),
        removeTarget: async (id: string) => void told.push(`remove ${id}`),
        stop: async () => void told.push(`stop ${name}`),
      } as unknown as Balancer;
    },
    (id) => addresses.get(id),
  );
  const groups: TargetGroups = new Map();
  return { planes, told, groups, addresses, refused, unreachable };
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

test('a balancer that ended by itself is started again, with its targets, and that is told once', async () => {
  const { planes, told, groups, unreachable } = setUp();
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  unreachable.set('1', 'ECONNREFUSED');
  await expect(planes.probes()).rejects.toMatchObject({ code: 'BalancerEnded' });
  expect((await planes.probes()).has(targetGroupArn)).toBe(true);
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz', 'add i-1 4000', 'stop 1', 'start 2 /readyz', 'add i-1 4000']);
});

test('one that is merely slow to answer is left alone', async () => {
  const { planes, told, unreachable } = setUp();
  await planes.follow(described('/readyz'));
  unreachable.set('1', 'ETIMEDOUT');
  await expect(planes.probes()).rejects.toMatchObject({ code: 'BalancerUnreachable' });
  expect(told).toEqual(['start 1 /readyz']);
});

test('a target that the balancer refuses is tried again, and holds up no other', async () => {
  const { planes, told, groups, refused } = setUp(
    new Map([
      ['i-1', { host: '127.0.0.1', port: 4000 }],
      ['i-2', { host: '127.0.0.1', port: 4001 }],
    ]),
  );
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  registerTarget(groups, targetGroupArn, 'i-2', 80);
  refused.add('i-1');
  await expect(planes.syncTargets(groups)).rejects.toThrow('i-1 is refused');
  refused.clear();
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz', 'add i-2 4001', 'add i-1 4000']);
});

test('a target that is registered on another port is removed and added there', async () => {
  const { planes, told, groups, addresses } = setUp();
  await planes.follow(described('/readyz'));
  registerTarget(groups, targetGroupArn, 'i-1', 80);
  await planes.syncTargets(groups);
  registerTarget(groups, targetGroupArn, 'i-1', 9999);
  addresses.set('i-1', { host: '127.0.0.1', port: 9999 });
  await planes.syncTargets(groups);
  expect(told).toEqual(['start 1 /readyz', 'add i-1 4000', 'remove i-1', 'add i-1 9999']);
});
