import type { Group, Region } from '../../lab/autoscaling/model';
import { Faults } from '../../lab/faults';
import type { Roles } from '../../lab/gateway/permissions/roles';
import type { MachineSpec } from '../../lab/machines/machine';
import { CredentialStore } from '../../lab/metadata/credentials';
import { Instances } from '../../lab/metadata/instances';

const spec = { instanceId: 'i-1', instanceProfile: 'web', userData: '' } as MachineSpec;

function setUp(
  { role }: { role?: string } = { role: 'web-role' },
  instance: object = { state: 'Pending:Wait' },
) {
  const faults = new Faults();
  const credentials = new CredentialStore();
  const group = { instances: new Map([['i-1', instance]]) } as unknown as Group;
  const region = { accountId: '123456789012', name: 'eu-central-1', groups: new Map([['web', group]]) };
  const roles = { roleOf: async () => role } as unknown as Roles;
  const instances = new Instances({ region: region as unknown as Region, roles, credentials, faults });
  return { instances, faults, credentials };
}

test('the credentials are those of the role in its profile, and the gateway knows them again', async () => {
  const { instances, credentials } = setUp();
  const { credentials: found } = await instances.view(spec);
  expect(found).toMatchObject({ instanceId: 'i-1', role: 'web-role' });
  expect(credentials.find(found?.accessKeyId ?? '')).toBe(found);
});

test.each<[string, Partial<MachineSpec>, string | undefined]>([
  ['no profile', { instanceProfile: undefined }, 'web-role'],
  ['a profile without a role', {}, undefined],
])('with %s there are none', async (_what, changed, role) => {
  const { instances } = setUp({ role });
  expect((await instances.view({ ...spec, ...changed })).credentials).toBeUndefined();
});

test('credentials that are missing on purpose are there once that is mended', async () => {
  const { instances, faults } = setUp();
  const mend = faults.inject('missing-credentials', {});
  expect((await instances.view(spec)).credentials).toBeUndefined();
  mend();
  expect((await instances.view(spec)).credentials).toBeDefined();
});

test('its lifecycle state is what its group says; outside a group it has none', async () => {
  const { instances } = setUp();
  expect(await instances.view(spec)).toMatchObject({ lifecycleState: 'Pending:Wait' });
  expect(await instances.view({ ...spec, instanceId: 'i-2' })).toMatchObject({ lifecycleState: undefined });
});

test.each<[string, object, string]>([
  ['on its way into the pool', { state: 'Warmed:Pending:Wait' }, 'Warmed:Stopped'],
  ['on its way back to it', { state: 'Terminating:Wait', returnsToPool: true }, 'Warmed:Stopped'],
  ['on its way out of it for good', { state: 'Warmed:Terminating' }, 'Warmed:Terminating'],
  ['taken from it', { state: 'Pending:Wait' }, 'Pending:Wait'],
])('E3: of a warm pool’s instance %s it is what it will be', async (_what, instance, expected) => {
  const { instances } = setUp({ role: undefined }, instance);
  expect(await instances.view(spec)).toMatchObject({ lifecycleState: expected });
});

test('a spot notice is found by the instance it is for', async () => {
  const { instances, faults } = setUp();
  faults.giveSpotNotice('i-1', { action: 'terminate', at: 1 });
  expect((await instances.view(spec)).spotNotice).toEqual({ action: 'terminate', at: 1 });
});
