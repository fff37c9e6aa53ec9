import type { NewLabEvent } from '../../lab/events';
import { MachineFleet } from '../../lab/machines/fleet';
import type { LaunchAnswer, Machine, MachineSpec } from '../../lab/machines/machine';

const spec = { instanceId: 'i-1' } as MachineSpec;

/** A machine whose launch and end the test decides on. */
function fakeBackend() {
  let launched: (machine: Machine) => void = () => undefined;
  let refused: (error: Error) => void = () => undefined;
  let ended: (end: { reason?: string }) => void = () => undefined;
  let answered: (answer: LaunchAnswer | undefined) => void = () => undefined;
  let stops = 0;
  const machine = {
    instanceId: 'i-1',
    ended: new Promise<{ reason?: string }>((resolve) => {
      ended = resolve;
    }),
    launchAnswer: new Promise<LaunchAnswer | undefined>((resolve) => {
      answered = resolve;
    }),
    stop: async () => {
      stops += 1;
      ended({});
    },
    powerOff: async () => ended({}),
  } as unknown as Machine;
  return {
    backend: {
      kind: 'process' as const,
      launch: () =>
        new Promise<Machine>((resolve, reject) => {
          launched = resolve;
          refused = reject;
        }),
    },
    launch: (another: Partial<Machine> = {}) => launched({ ...machine, ...another }),
    refuse: (message: string) => refused(new Error(message)),
    end: (reason?: string) => ended(reason === undefined ? {} : { reason }),
    answer: (answer: LaunchAnswer | undefined) => answered(answer),
    stops: () => stops,
  };
}

function fleetOf(fake: ReturnType<typeof fakeBackend>) {
  const events: NewLabEvent[] = [];
  let changes = 0;
  const fleet = new MachineFleet(
    fake.backend,
    (event) => void events.push(event),
    () => {
      changes += 1;
    },
  );
  fleet.launch(spec);
  return { fleet, events, changes: () => changes };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a machine starts, runs, and each change is told', async () => {
  const fake = fakeBackend();
  const { fleet, changes } = fleetOf(fake);
  expect(fleet.states.get('i-1')).toBe('starting');
  expect(fleet.running).toEqual([]);
  fake.launch();
  await settled();
  expect(fleet.states.get('i-1')).toBe('running');
  expect(fleet.running.map(({ instanceId }) => instanceId)).toEqual(['i-1']);
  expect(changes()).toBe(1);
});

test('one that fails to launch is gone, with its reason', async () => {
  const fake = fakeBackend();
  const { fleet, events } = fleetOf(fake);
  fake.refuse('no nginx');
  await settled();
  expect(fleet.states.get('i-1')).toBe('gone');
  expect(events).toEqual([{ type: 'machine-failure', instanceId: 'i-1', reason: 'no nginx' }]);
});

test('one that ends unasked is gone, with its reason', async () => {
  const fake = fakeBackend();
  const { fleet, events } = fleetOf(fake);
  fake.launch();
  await settled();
  fake.end('app ended with exit code 1');
  await settled();
  expect(fleet.states.get('i-1')).toBe('gone');
  expect(events).toMatchObject([{ reason: 'app ended with exit code 1' }]);
});

test('one that was asked to end is gone without a word', async () => {
  const fake = fakeBackend();
  const { fleet, events } = fleetOf(fake);
  fake.launch();
  await fleet.stop('i-1');
  await settled();
  expect(fleet.states.get('i-1')).toBe('gone');
  expect(events).toEqual([]);
});

test('stopped while it is launched, it is stopped once it has been', async () => {
  const fake = fakeBackend();
  const { fleet } = fleetOf(fake);
  const stopped = fleet.stop('i-1');
  await settled();
  expect(fake.stops()).toBe(0);
  fake.launch();
  await stopped;
  expect(fake.stops()).toBe(1);
});

test('its answer to the launch hook is kept', async () => {
  const hook = { group: 'web', hook: 'launch' };
  const fake = fakeBackend();
  const { fleet, changes } = fleetOf(fake);
  fake.launch();
  await settled();
  expect(fleet.launchAnswer('i-1')).toBeUndefined();
  fake.answer({ ...hook, result: 'CONTINUE' });
  await settled();
  expect(fleet.launchAnswer('i-1')).toEqual({ ...hook, result: 'CONTINUE' });
  expect(changes()).toBe(2);
});

test('only what is gone is forgotten', async () => {
  const fake = fakeBackend();
  const { fleet } = fleetOf(fake);
  fleet.forget('i-1');
  expect(fleet.states.has('i-1')).toBe(true);
  fake.refuse('no');
  await settled();
  fleet.forget('i-1');
  expect(fleet.states.has('i-1')).toBe(false);
});

describe('a machine that is powered off', () => {
  async function running() {
    const fake = fakeBackend();
    const { fleet, events } = fleetOf(fake);
    fake.launch();
    await settled();
    return { fake, fleet, events };
  }

  test('is stopped and not gone, and no failure', async () => {
    const { fleet, events } = await running();
    await fleet.powerOff('i-1');
    expect(fleet.running).toEqual([]);
    expect(fleet.states.get('i-1')).toBe('stopped');
    expect(events).toEqual([]);
  });

  test('starts again as it was launched', async () => {
    const { fake, fleet } = await running();
    await fleet.powerOff('i-1');
    fleet.start('i-1');
    expect(fleet.states.get('i-1')).toBe('starting');
    fake.launch({ ended: new Promise(() => undefined) });
    await settled();
    expect(fleet.states.get('i-1')).toBe('running');
  });

  test('is gone once it is stopped for good', async () => {
    const { fake, fleet } = await running();
    await fleet.powerOff('i-1');
    await fleet.stop('i-1');
    expect(fleet.states.get('i-1')).toBe('gone');
    expect(fake.stops()).toBe(1);
  });

  test('one that runs is not started', async () => {
    const { fleet } = await running();
    fleet.start('i-1');
    expect(fleet.states.get('i-1')).toBe('running');
  });
});
