/** One boot, measured: what the lab, the instance and somebody in its VPC say of when things happened. */
import type { EventStream } from '../../lab/events';
import type { TemplateChange } from '../../lab/trial/launch-template';
import type { Trial } from '../../lab/trial/trial';
import type { TrialInstance } from '../../lab/trial/trial-instance';
import type { Run } from './figures';
import { segmentsOf, type ToldPhase, toldPhases } from './timeline';

/** Milliseconds: far above the bounds, so that a slow boot is a figure and not a failure. */
const patience = 120_000;

export async function measureService(
  trial: Trial,
  events: EventStream,
  change: TemplateChange,
): Promise<Run> {
  return withInstance(trial, change, async (instance) => {
    const firstAnswer = (await instance.firstAnswer('/', patience)) / 1000;
    return runOf(instance, events, (phases) => ({ phases, firstAnswer }));
  });
}

/** To the end of cloud-init, whose last part is the only thing that there is to do: to say so. */
export async function measureIdle(trial: Trial, events: EventStream): Promise<Run> {
  const say = 'echo "koa-boot: phase=nothing seconds=0 at=$(date +%s.%3N)"';
  return withInstance(trial, { userData: { runcmd: [say] } }, async (instance) => {
    await bootPhaseOf(instance, events);
    await instance.run('systemctl start cloud-final.service');
    const end = await timestamp(instance, 'cloud-final.service', 'ExecMainExitTimestamp');
    return runOf(instance, events, () => ({ phases: [], firstAnswer: end }));
  });
}

async function withInstance<T>(
  trial: Trial,
  change: TemplateChange,
  work: (instance: TrialInstance) => Promise<T>,
): Promise<T> {
  const instance = await trial.run(change);
  try {
    return await work(instance);
  } finally {
    // The next one has the host for itself.
    await trial.terminate(instance);
  }
}

async function runOf(
  instance: TrialInstance,
  events: EventStream,
  rest: (phases: readonly ToldPhase[]) => { phases: readonly ToldPhase[]; firstAnswer: number },
): Promise<Run> {
  const { at, system, first } = await bootPhaseOf(instance, events);
  const { phases, firstAnswer } = rest(toldPhases(await instance.console()));
  const machine = at - system - first;
  const systemd = await timestamp(instance, '', 'UserspaceTimestamp');
  const cloudInit = await timestamp(instance, 'cloud-init-local.service', 'ExecMainStartTimestamp');
  const segments = segmentsOf({ machine, systemd, cloudInit, phases, firstAnswer });
  return { seconds: firstAnswer - machine, segments };
}

/** The lab tells how long the machine had been starting when the boot programs' first phase began. */
function bootPhaseOf(
  instance: TrialInstance,
  events: EventStream,
): Promise<{ at: number; system: number; first: number }> {
  return new Promise((resolve) => {
    let system: { at: number; seconds: number } | undefined;
    const unsubscribe = events.subscribe((event) => {
      if (event.type !== 'boot-phase' || event.instanceId !== instance.id) return;
      if (event.phase === 'system') {
        system = { at: event.at / 1000, seconds: event.seconds };
      } else if (system !== undefined) {
        resolve({ at: system.at, system: system.seconds, first: event.seconds });
        system = undefined;
        queueMicrotask(() => unsubscribe());
      }
    });
  });
}

/** Seconds since the epoch. */
async function timestamp(instance: TrialInstance, unit: string, property: string): Promise<number> {
  const text = await instance.run(`systemctl show --value --timestamp=us+utc -p ${property} ${unit}`);
  const [, date, time] = /^\w+ (\S+) (\S+) UTC$/.exec(text) ?? [];
  if (date === undefined) throw new Error(`${instance.id} has no ${property} of ${unit}: ${text}`);
  return Date.parse(`${date}T${time}Z`) / 1000;
}
