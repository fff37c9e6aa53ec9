/** The machines behind EC2's instances: which there are, how far they are, and that each ends when its instance does. */
import type { MachineState } from '../autoscaling/reconcile';
import type { Emit } from '../events';
import type { LaunchAnswer, Machine, MachineBackend, MachineSpec } from './machine';

interface Entry {
  readonly spec: MachineSpec;
  /** That it ends by itself is no failure. */
  readonly mayEnd: boolean;
  state: MachineState;
  /** It was told to end so that it can be started again. */
  poweringOff: boolean;
  machine: Machine | undefined;
  launchAnswer: LaunchAnswer | undefined;
  /** Settles, and never fails, once the machine runs or has failed to. */
  launched: Promise<void>;
}

export class MachineFleet {
  readonly #entries = new Map<string, Entry>();
  readonly #consoles = new Map<string, string>();

  constructor(
    private readonly backend: MachineBackend,
    private readonly emit: Emit,
    /** Called whenever a machine's state has changed. */
    private readonly onChange: () => void,
  ) {}

  get states(): ReadonlyMap<string, MachineState> {
    return new Map([...this.#entries].map(([id, { state }]) => [id, state]));
  }

  get running(): readonly Machine[] {
    return [...this.#entries.values()].flatMap(({ state, poweringOff, machine }) =>
      state === 'running' && !poweringOff && machine !== undefined ? [machine] : [],
    );
  }

  /** What is running, about to, or stopped; not what is gone. */
  get specs(): readonly MachineSpec[] {
    return [...this.#entries.values()].flatMap(({ state, spec }) => (state === 'gone' ? [] : [spec]));
  }

  machine(instanceId: string): Machine | undefined {
    return this.#entries.get(instanceId)?.machine;
  }

  /** What the machine has answered to the launch hook, if it has and doesn't call the API itself. */
  launchAnswer(instanceId: string): LaunchAnswer | undefined {
    return this.#entries.get(instanceId)?.launchAnswer;
  }

  /**
   * Returns at once; the state becomes `running`, or `gone` with a notice that says why.
   *
   * @param mayEnd that it ends by itself is no failure: outside a group, an instance may power itself off
   */
  launch(spec: MachineSpec, { mayEnd = false }: { mayEnd?: boolean } = {}): void {
    const entry: Entry = {
      spec,
      mayEnd,
      state: 'starting',
      poweringOff: false,
      machine: undefined,
      launchAnswer: undefined,
      launched: Promise.resolve(),
    };
    this.#entries.set(spec.instanceId, entry);
    entry.launched = this.backend.launch(spec).then(
      (machine) => this.#launched(entry, machine),
      (error: unknown) =>
        this.#gone(entry, spec.instanceId, error instanceof Error ? error.message : String(error)),
    );
  }

  /** Resolves when the machine has ended. */
  async stop(instanceId: string): Promise<void> {
    const entry = this.#entries.get(instanceId);
    await entry?.launched;
    await entry?.machine?.stop();
    if (entry?.state === 'stopped') this.#gone(entry, instanceId, undefined);
  }

  /** Resolves when it is stopped: it has ended, and can be started again. */
  async powerOff(instanceId: string): Promise<void> {
    const entry = this.#entries.get(instanceId);
    await entry?.launched;
    if (entry?.machine === undefined || entry.state !== 'running') return;
    entry.poweringOff = true;
    await entry.machine.powerOff();
    await entry.machine.ended;
  }

  /** One that is stopped; returns at once, as a launch does. */
  start(instanceId: string): void {
    const entry = this.#entries.get(instanceId);
    if (entry?.state === 'stopped') this.launch(entry.spec, { mayEnd: entry.mayEnd });
  }

  /** The machine, once it runs; undefined when it could not start. */
  async launched(instanceId: string): Promise<Machine | undefined> {
    const entry = this.#entries.get(instanceId);
    await entry?.launched;
    return entry?.machine;
  }

  /** The file with what the instance wrote on its console, also when it is gone; undefined where it has none. */
  consoleOf(instanceId: string): string | undefined {
    return this.#consoles.get(instanceId);
  }

  /** @throws ServiceError `ImageNotMade` */
  async freezeImage(instanceId: string, imageId: string): Promise<void> {
    await this.backend.freezeImage?.(instanceId, imageId);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.stop(id)));
  }

  /** Drops what is gone and is asked after by nobody any more. */
  forget(instanceId: string): void {
    if (this.#entries.get(instanceId)?.state === 'gone') this.#entries.delete(instanceId);
  }

  #launched(entry: Entry, machine: Machine): void {
    entry.machine = machine;
    if (machine.console !== undefined) this.#consoles.set(machine.instanceId, machine.console);
    entry.state = 'running';
    this.onChange();
    void machine.ended.then(({ reason }) =>
      this.#gone(entry, machine.instanceId, entry.mayEnd ? undefined : reason),
    );
    void machine.launchAnswer?.then((answer) => this.#answered(entry, answer));
  }

  #answered(entry: Entry, answer: LaunchAnswer | undefined): void {
    entry.launchAnswer = answer;
    this.onChange();
  }

  #gone(entry: Entry, instanceId: string, reason: string | undefined): void {
    entry.state = entry.poweringOff ? 'stopped' : 'gone';
    entry.poweringOff = false;
    if (reason !== undefined) {
      this.emit({ type: 'machine-failure', instanceId, reason });
    }
    this.onChange();
  }
}
