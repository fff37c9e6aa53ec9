/**
 * Where the model meets the world. Each turn looks at machines and health checks, lets the model's rules move, and
 * carries out what they ask for: launch, terminate, add to the balancer, drain. One turn at a time.
 */
import { randomUUID } from 'node:crypto';
import type { ActionContext, Surroundings } from './autoscaling/action';
import { actions } from './autoscaling/actions';
import { instancesInService } from './autoscaling/capacity';
import { completeLifecycleAction } from './autoscaling/hooks';
import { Input } from './autoscaling/input';
import type { AlarmState, Group, Region } from './autoscaling/model';
import { reconcile, type World } from './autoscaling/reconcile';
import { watchedAlarms } from './autoscaling/refresh/refresh';
import { forgetDrained, judgeTargets } from './autoscaling/targets';
import type { DataPlanes } from './balancer/data-planes';
import type { Compute } from './cloud/compute';
import { factsFor } from './cloud/facts';
import type { LoadBalancing } from './cloud/load-balancing';
import type { Emit } from './events';
import type { QueryInput, QueryOutput } from './gateway/query-protocol';
import { whyAbandoned } from './machines/abandoned-launch';
import type { MachineFleet } from './machines/fleet';
import { Orders } from './orders';
import type { Pace } from './pace';

export interface ControlLoopOptions {
  readonly region: Region;
  readonly compute: Compute;
  readonly describeLoadBalancing: () => Promise<LoadBalancing>;
  readonly fleet: MachineFleet;
  readonly dataPlanes: DataPlanes;
  readonly alarmStates: (names: readonly string[]) => Promise<ReadonlyMap<string, AlarmState>>;
  readonly pace: Pace;
  readonly emit: Emit;
}

interface ShownTarget {
  readonly targetGroup: string;
  readonly instanceId: string;
  readonly state: string;
}

/** Milliseconds between turns that nothing asked for; states that time alone moves are seen within it. */
const turnInterval = 250;

export class ControlLoop {
  #loadBalancing: LoadBalancing = { dataPlanes: new Map(), targetGroups: new Map() };
  #loadBalancingStale = true;
  #computeStale = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #stopped = false;
  /** A turn was asked for while another one was under way. */
  #wanted = false;
  readonly #orders: Orders;
  readonly #shownTargets = new Map<string, ShownTarget>();
  readonly #failures = new Set<string>();

  constructor(private readonly options: ControlLoopOptions) {
    this.#orders = new Orders({
      compute: options.compute,
      fleet: options.fleet,
      surroundings: () => this.surroundings,
      onFailure: (error) => this.#tellFailure(error),
      onDone: () => this.wake(),
    });
  }

  get loadBalancing(): LoadBalancing {
    return this.#loadBalancing;
  }

  /** As ELBv2 has it now, what was written a moment ago included. */
  async currentLoadBalancing(): Promise<LoadBalancing> {
    return this.#loadBalancingStale ? this.options.describeLoadBalancing() : this.#loadBalancing;
  }

  get surroundings(): Surroundings {
    const { pace } = this.options;
    return { now: Date.now(), emit: this.#tell, newId: randomUUID, pace };
  }

  /** The model knows that a launch was given up; why is known to the machine. */
  readonly #tell: Emit = (event) => {
    const { emit, fleet } = this.options;
    emit(event);
    if (event.type !== 'launch-abandoned') return;
    const { instanceId } = event;
    const reason = whyAbandoned(fleet.machine(instanceId), fleet.launchAnswer(instanceId));
    emit({ type: 'machine-failure', instanceId, reason });
  };

  start(): void {
    this.wake();
  }

  /** A turn soon, rather than at the next interval. */
  wake(): void {
    if (this.#turn === undefined) this.#schedule(0);
    else this.#wanted = true;
  }

  /** Something was written in EC2 or ELBv2: look again at what the lab knows of it. */
  noticeWrite(service: string): void {
    if (service === 'elasticloadbalancing') this.#loadBalancingStale = true;
    if (service === 'ec2') this.#computeStale = true;
    this.wake();
  }

  /** Resolves when no turn and no order is under way any more: nothing is launched after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
    await this.#orders.settled();
  }

  /** An action of the Auto Scaling API. @throws AwsError */
  async answer(action: string, members: QueryInput): Promise<QueryOutput> {
    const perform = actions.get(action);
    if (perform === undefined) throw new Error(`no such action: ${action}`);
    const input = new Input(members);
    const context: ActionContext = {
      ...this.surroundings,
      region: this.options.region,
      facts: await factsFor(action, input, {
        ...this.options,
        loadBalancing: () => this.currentLoadBalancing(),
      }),
    };
    const output = perform(input, context);
    this.wake();
    return output;
  }

  #schedule(milliseconds: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), milliseconds);
  }

  #run(): void {
    this.#wanted = false;
    this.#turn = this.#takeTurn()
      .then(
        () => this.#failures.clear(),
        (error: unknown) => this.#tellFailure(error),
      )
      .finally(() => {
        this.#turn = undefined;
        this.#schedule(this.#wanted ? 0 : turnInterval);
      });
  }

  async #takeTurn(): Promise<void> {
    await this.#lookAgain();
    await this.#judgeTargets();
    const { region, dataPlanes } = this.options;
    const world = this.#world(await this.options.alarmStates(watchedAlarms(region)));
    for (const group of region.groups.values()) {
      this.#answerHooks(group);
      for (const order of reconcile(group, region, world)) this.#orders.carryOut(order);
      if (group.deleting && group.instances.size + group.launches.size === 0)
        region.groups.delete(group.name);
    }
    await this.#capCpu();
    this.#forgetGone();
    await dataPlanes.syncTargets(region.targetGroups);
    this.#tellTargets();
  }

  async #lookAgain(): Promise<void> {
    if (this.#loadBalancingStale) {
      this.#loadBalancingStale = false;
      try {
        this.#loadBalancing = await this.options.describeLoadBalancing();
        await this.options.dataPlanes.follow(this.#loadBalancing);
      } catch (error) {
        this.#loadBalancingStale = true;
        throw error;
      }
    }
    if (this.#computeStale) {
      this.#computeStale = false;
      const running = await this.options.compute.running();
      const ended = this.options.fleet.running.filter(({ instanceId }) => !running.has(instanceId));
      // Not waited for: a machine takes up to a minute to end, and the groups go on meanwhile.
      for (const machine of ended) machine.stop().catch((error: unknown) => this.#tellFailure(error));
    }
  }

  async #judgeTargets(): Promise<void> {
    const probes = await this.options.dataPlanes.probes();
    for (const [arn, targets] of this.options.region.targetGroups) {
      judgeTargets(targets, probes.get(arn));
      forgetDrained(targets, Date.now());
    }
  }

  /** For machines that don't call the API themselves; an answer that comes before the hook waits for it. */
  #answerHooks(group: Group): void {
    for (const instance of group.instances.values()) {
      const answer = this.options.fleet.launchAnswer(instance.id);
      if (answer?.group !== group.name || answer.hook !== instance.waitingFor?.hook) continue;
      completeLifecycleAction(group, instance, answer.hook, answer.result, this.surroundings);
    }
  }

  #world(alarmStates: World['alarmStates']): World {
    const { targetGroups } = this.#loadBalancing;
    return {
      ...this.surroundings,
      machines: this.options.fleet.states,
      deregistrationDelays: new Map(
        [...targetGroups].map(([arn, group]) => [arn, group.deregistrationDelay]),
      ),
      targetPorts: new Map([...targetGroups].map(([arn, { port }]) => [arn, port])),
      alarmStates,
    };
  }

  /** A boot takes what CPU it can get; what serves has its share and no more. */
  async #capCpu(): Promise<void> {
    for (const group of this.options.region.groups.values()) {
      for (const { id } of instancesInService(group)) await this.options.fleet.machine(id)?.capCpu?.();
    }
  }

  #forgetGone(): void {
    const known = new Set(
      [...this.options.region.groups.values()].flatMap((group) => [...group.instances.keys()]),
    );
    for (const [id, state] of this.options.fleet.states) {
      if (state === 'gone' && !known.has(id)) this.options.fleet.forget(id);
    }
  }

  #tellTargets(): void {
    const { emit, region } = this.options;
    for (const [key, { targetGroup, instanceId }] of this.#shownTargets) {
      if (!region.targetGroups.get(targetGroup)?.has(instanceId)) this.#shownTargets.delete(key);
    }
    for (const [targetGroup, targets] of region.targetGroups) {
      for (const { id, state, reason } of targets.values()) {
        const key = `${targetGroup} ${id}`;
        if (this.#shownTargets.get(key)?.state === state) continue;
        this.#shownTargets.set(key, { targetGroup, instanceId: id, state });
        emit({
          type: 'target',
          targetGroup,
          instanceId: id,
          state,
          ...(reason === undefined ? {} : { reason }),
        });
      }
    }
  }

  /** The same failure at every turn is told once; after a turn without any, it is news again. */
  #tellFailure(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (this.#failures.has(text)) return;
    this.#failures.add(text);
    this.options.emit({ type: 'notice', level: 'error', text });
  }
}
