/** The rehearsal: the story from the first check to the report. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatingSystem } from '../modules/props';
import { ServiceError } from '../modules/service-error';
import { aborted } from './aborted';
import { bakeImage } from './bake-image';
import type { EventStream, Phase } from './events';
import { claimLab, type LabClaim } from './host/lock';
import { assertFree } from './host/ports';
import { Processes } from './host/processes';
import { type Lab, startLab } from './lab';
import { putLoad } from './load/put-load';
import type { MachineKind } from './machines/choice';
import { prepare } from './prepare';
import { contextOf, reportSettings } from './rehearsal-settings';
import { buildReport, type Expectation, type Report } from './report/report';
import { writeReport } from './report/write-report';
import { settleDown } from './settle-down';
import { type ServiceContext, synthesize } from './synthesize';
import { TerraformProject } from './terraform/project';

export interface RehearsalOptions {
  /** Requests in one run of ab. */
  readonly requests: number;
  readonly concurrency: number;
  /** Percent; the service's own unless set. */
  readonly cpuTarget?: number;
  readonly min?: number;
  readonly max?: number;
  readonly speed: number;
  /** @default `booted` where this host can do it, else `process` */
  readonly machines?: MachineKind;
  /** What instances boot; the service's own unless set. */
  readonly os?: OperatingSystem;
  /** Bake a golden image once the service is up, and go on with it. Machines boot then. */
  readonly bake?: boolean;
  readonly expectation: Expectation;
  /** End after the scale-in rather than at the signal. */
  readonly once: boolean;
  /** Port of the load balancer on this host; the first free one from 8080 on unless set. */
  readonly port?: number;
  /** The lab's folder. */
  readonly directory: string;
  /** Where cdktf.json is. */
  readonly projectDirectory: string;
  /** Ends the rehearsal; what it made is cleaned up either way. */
  readonly signal: AbortSignal;
}

export interface RehearsalOutcome {
  readonly passed: boolean;
  readonly report: Report;
}

/** @throws ServiceError, the signal's reason when it was aborted before the service was up to be watched */
export async function rehearse(options: RehearsalOptions, events: EventStream): Promise<RehearsalOutcome> {
  const startedAt = Date.now();
  const context = contextOf(options);
  const settings = { ...reportSettings(options, context), startedAt };
  const { directory, port } = options;
  if (port !== undefined) await assertFree({ host: '127.0.0.1', port }, '--port');
  const claim = await claimLab({ directory, command: 'rehearsal', emit: events.emit });
  // A rehearsal that is refused leaves the report of the one before, or beside it, alone.
  try {
    await act(options, claim, context, events);
  } finally {
    writeReport(directory, buildReport(events.past, settings));
  }
  const report = buildReport(events.past, settings);
  return { passed: report.passed, report };
}

async function act(
  options: RehearsalOptions,
  claim: LabClaim,
  context: ServiceContext,
  events: EventStream,
): Promise<void> {
  const { directory, speed, port } = options;
  const machines = options.bake ? 'booted' : options.machines;
  const { service } = context.settings;
  const { emit } = events;
  const processes = new Processes(claim.recordFile);
  try {
    const early = stages(events, options.signal);
    const prepared = await early('check', () => prepare({ ...options, processes, emit, machines, service }));
    const synthesized = await early('synthesize', () =>
      synthesize(context, { ...synthesis(options, processes), signal: options.signal }),
    );
    const { region } = context.settings;
    const lab = await early('start', () =>
      startLab({ ...prepared, region, speed, port, gatewayPort: undefined }),
    );
    claim.publish(lab.environment);
    const signal = AbortSignal.any([options.signal, lab.broken]);
    const during = stages(events, signal);
    try {
      const project = new TerraformProject({
        processes,
        ...synthesized,
        labDirectory: directory,
        aws: lab.environment,
      });
      const underWay: UnderWay = { options, processes, lab, project, events, signal, during };
      await during('initialize', () => interruptible(project, signal, () => project.init()));
      await during('apply', () => apply(underWay));
      const reached = await reach(underWay);
      const group = lab.region.groups.get(reached.groupName);
      if (options.bake) await bakeAndFollow(underWay);
      const load = {
        ...options,
        signal,
        url: `${reached.url}/`,
        processes,
        before: group?.instances.keys() ?? [],
      };
      await during('load', () => putLoad(load, events));
      await during('scale-in', () => settleDown({ ...options, signal }, group, lab));
      // The signal is the normal end of this stage, and what was made is destroyed after it.
      if (!options.once) await during('serve', () => aborted(signal));
      await stages(events, lab.broken)('destroy', () => destroy({ ...underWay, signal: lab.broken }));
    } finally {
      await lab.stop();
    }
  } finally {
    await processes.stopAll();
    await claim.release();
  }
}

/** What the stages work on, once the lab is up. */
interface UnderWay {
  readonly options: RehearsalOptions;
  readonly processes: Processes;
  readonly lab: Lab;
  readonly project: TerraformProject;
  readonly events: EventStream;
  /** Ends the stage under way. */
  readonly signal: AbortSignal;
  readonly during: Stage;
}

/** As its deployer would: bake, name the parameter in the settings, deploy. Instances launched from then on boot it. */
async function bakeAndFollow(underWay: UnderWay): Promise<void> {
  const { options, processes, lab, project, events, signal, during } = underWay;
  const outputs = await project.outputs();
  const parameter = `/${outputs.autoscaling_group_name}/image`;
  const endpoint = lab.environment.AWS_ENDPOINT_URL ?? '';
  const launchTemplateId = String(outputs.launch_template_id);
  const region = lab.region.name;
  await during('bake', () => bakeImage({ endpoint, region, launchTemplateId, parameter, signal }, events));
  const following = await during('synthesize', () =>
    synthesize(contextOf(options, parameter), { ...synthesis(options, processes), signal }),
  );
  project.use(following.stackDirectory);
  await during('apply', () => apply(underWay));
}

function synthesis({ projectDirectory, directory }: RehearsalOptions, processes: Processes) {
  const logFile = join(directory, 'logs', 'synthesis.log');
  return { processes, projectDirectory, outputDirectory: join(directory, 'cdktf.out'), logFile };
}

type Stage = <T>(phase: Phase, work: () => Promise<T>) => Promise<T>;

/** Tells where each stage begins and ends. None begins once the signal has come. */
function stages({ emit }: EventStream, signal: AbortSignal | undefined): Stage {
  return async (phase, work) => {
    signal?.throwIfAborted();
    emit({ type: 'phase', phase, state: 'started' });
    try {
      const result = await work();
      emit({ type: 'phase', phase, state: 'finished' });
      return result;
    } catch (error) {
      emit({ type: 'phase', phase, state: 'failed' });
      throw error;
    }
  };
}

/** So many machines that end, or give up their launch, during the apply are no accident: the app does not start. */
const toleratedFailures = 2;

async function apply({ project, events, signal }: UnderWay): Promise<void> {
  const failures: string[] = [];
  const interrupt = () => void project.interrupt();
  const unsubscribe = events.subscribe((event) => {
    if (event.type !== 'machine-failure') return;
    failures.push(event.reason);
    if (failures.length > toleratedFailures) interrupt();
  });
  try {
    await interruptible(project, signal, () => project.apply({ onProgress: events.emit }));
  } catch (error) {
    signal.throwIfAborted();
    if (failures.length > toleratedFailures) {
      throw new ServiceError(
        'AppNotStarted',
        `${failures.length} instances in a row ended or gave up while they started, so the apply was given up. The last one: ` +
          `${failures.at(-1)}`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    unsubscribe();
  }
}

/** Aborting the signal asks Terraform to end; what is thrown is then the signal's reason. */
async function interruptible<T>(
  project: TerraformProject,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const interrupt = () => void project.interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

async function destroy({ project, events, signal }: UnderWay): Promise<void> {
  await interruptible(project, signal, () => project.destroy({ onProgress: events.emit }));
}

interface Service {
  readonly url: string;
  readonly groupName: string;
}

/** Milliseconds for a service that Terraform calls healthy to answer its first request. */
const firstAnswerTimeout = 30_000;

async function reach({ project, lab, events, signal }: UnderWay): Promise<Service> {
  const outputs = await project.outputs();
  const dnsName = String(outputs.dns_name);
  const url = lab.urlOf(dnsName);
  if (url === undefined) {
    throw new ServiceError('NoLoadBalancer', `No load balancer of the stack serves HTTP under ${dnsName}`);
  }
  const deadline = Date.now() + firstAnswerTimeout;
  for (let answer = await ask(url); answer !== '200'; answer = await ask(url)) {
    if (Date.now() > deadline) {
      throw new ServiceError('ServiceNotAnswering', `${url}/ answers ${answer} instead of 200`);
    }
    await sleep(100, undefined, { signal });
  }
  events.emit({ type: 'url', url, dnsName });
  return { url, groupName: String(outputs.autoscaling_group_name) };
}

/** The status, or why there is none. */
async function ask(url: string): Promise<string> {
  try {
    const answer = await fetch(`${url}/`, { signal: AbortSignal.timeout(firstAnswerTimeout) });
    await answer.body?.cancel();
    return String(answer.status);
  } catch (error) {
    const { cause, message } = error as Error;
    return `nothing (${cause instanceof Error ? cause.message : message})`;
  }
}
