import { StandaloneInstances, type StandaloneOptions } from '../../lab/cloud/standalone-instances';
import type { Machine, MachineEnd, MachineSpec } from '../../lab/machines/machine';
import { eventually } from '../support/lab-fixture';

/** A machine of which the test says when it ends. */
class FakeMachine implements Partial<Machine> {
  readonly done: string[] = [];
  #end: (end: MachineEnd) => void = () => undefined;
  readonly ended = new Promise<MachineEnd>((resolve) => {
    this.#end = resolve;
  });

  end(): void {
    this.#end({ poweredOff: true });
  }
  async powerOff(): Promise<void> {
    this.done.push('powered off');
    this.end();
  }
  async stop(): Promise<void> {
    this.done.push('removed');
    this.end();
  }
}

function setUp({
  behavior = 'stop',
  starts = true,
}: {
  behavior?: 'stop' | 'terminate';
  starts?: boolean;
} = {}) {
  const machines: FakeMachine[] = [];
  const ec2: string[] = [];
  const failures: unknown[] = [];
  const options: StandaloneOptions = {
    compute: {
      specs: async (ids) => ids.map((instanceId) => ({ instanceId }) as MachineSpec),
      shutdownBehavior: async () => behavior,
      stop: async (id) => void ec2.push(`stopped ${id}`),
      terminate: async (id) => void ec2.push(`terminated ${id}`),
    },
    fleet: {
      launch: () => void (starts && machines.push(new FakeMachine())),
      launched: async () => machines.at(-1) as unknown as Machine,
    },
    onFailure: (error) => failures.push(error),
  };
  return { instances: new StandaloneInstances(options), machines, ec2, failures };
}

test('an instance that is run gets a machine', async () => {
  const { instances, machines } = setUp();
  await instances.launched(['i-1']);
  expect([machines.length, instances.has('i-1'), instances.isStopped('i-1')]).toEqual([1, true, false]);
});

test('a machine that powers itself off: EC2 calls it stopped, and its disk stays', async () => {
  const { instances, machines, ec2 } = setUp();
  await instances.launched(['i-1']);
  machines[0]?.end();
  await eventually('EC2 knows', () => ec2.length > 0);
  expect(ec2).toEqual(['stopped i-1']);
  expect(instances.isStopped('i-1')).toBe(true);
  expect(machines[0]?.done).toEqual([]);
});

test('with the shutdown behaviour terminate it is terminated, disk and all', async () => {
  const { instances, machines, ec2 } = setUp({ behavior: 'terminate' });
  await instances.launched(['i-1']);
  machines[0]?.end();
  await eventually('its disk is gone', () => machines[0]?.done.length === 1);
  expect([ec2, machines[0]?.done, instances.has('i-1')]).toEqual([['terminated i-1'], ['removed'], false]);
});

test('StopInstances: the machine ends first, whatever its shutdown behaviour, then EC2 calls it stopped', async () => {
  const { instances, machines, ec2 } = setUp({ behavior: 'terminate' });
  await instances.launched(['i-1']);
  instances.stop(['i-1', 'i-unknown']);
  await instances.settled();
  expect([machines[0]?.done, ec2]).toEqual([['powered off'], ['stopped i-1']]);
});

test('StartInstances starts the machine again, once', async () => {
  const { instances, machines } = setUp();
  await instances.launched(['i-1']);
  instances.started(['i-1']);
  expect(machines).toHaveLength(1);
  instances.stop(['i-1']);
  await instances.settled();
  instances.started(['i-1']);
  expect([machines.length, instances.isStopped('i-1')]).toEqual([2, false]);
});

test.each(['running', 'stopped'])('TerminateInstances of a %s one removes its disk', async (state) => {
  const { instances, machines, ec2 } = setUp();
  await instances.launched(['i-1']);
  if (state === 'stopped') {
    instances.stop(['i-1']);
    await instances.settled();
  }
  ec2.length = 0;
  instances.terminated(['i-1']);
  await instances.settled();
  expect([machines[0]?.done.at(-1), ec2, instances.has('i-1')]).toEqual(['removed', [], false]);
});

test('a machine that could not start leaves its instance stopped', async () => {
  const { instances, ec2, failures } = setUp({ starts: false });
  await instances.launched(['i-1']);
  await eventually('EC2 knows', () => ec2.length > 0);
  expect([ec2, failures]).toEqual([['stopped i-1'], []]);
});

test('the end of the lab removes them all', async () => {
  const { instances, machines } = setUp();
  await instances.launched(['i-1']);
  await instances.removeAll();
  expect(machines[0]?.done).toEqual(['removed']);
});
