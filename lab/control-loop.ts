/**
 * Where the model meets the world. Each turn looks at machines and health checks, lets the model's rules move, and
 * carries out what they ask for: launch, terminate, add to the balancer, drain. One turn at a time.
 */
import { randomUUID } from 'node:crypto';
import type { ActionContext, Facts, Surroundings } from './autoscaling/action';
import { actions } from './autoscaling/actions';
import { Input } from './autoscaling/input';
import { instanceLaunched, launchFailed } from './autoscaling/instances';
import type { Region } from './autoscaling/model';
import { type Order, reconcile, type World } from './autoscaling/reconcile';
import { forgetDrained, judgeTargets } from './autoscaling/targets';
import type { DataPlanes } from './balancer/data-planes';
import type { Compute } from './cloud/compute';
import type { LoadBalancing } from './cloud/load-balancing';
import type { Emit } from './events';
import type { QueryInput, QueryOutput } from './gateway/query-protocol';
import type { MachineFleet } from './machines/fleet';
import type { Pace } from './pace';

export interface ControlLoopOptions {
  readonly region: Region;
  readonly compute: Compute;
  readonly describeLoadBalancing: () => Promise<LoadBalancing>;
  readonly fleet: MachineFleet;
  readonly dataPlanes: DataPlanes;
  readonly pace: Pace;
  readonly emit: Emit;
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
  readonly #shownTargets = new Map<string, string>();
  #lastFailure = '';

  constructor(private readonly options: ControlLoopOptions) {}

  get loadBalancing(): LoadBalancing {
    return this.#loadBalancing;
  }

  /** As ELBv2 has it now, what was written a moment ago included. */
  async currentLoadBalancing(): Promise<LoadBalancing> {
    return this.#loadBalancingStale ? this.options.describeLoadBalancing() : this.#loadBalancing;
  }

  get surroundings(): Surroundings {
    const { pace, emit } = this.options;
    return { now: Date.now(), emit, newId: randomUUID, pace };
  }

  start(): void {
    this.wake();
  }

  /** A turn soon, rather than at the next interval. */
  wake(): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), 0);
  }

  /** Something was written in EC2 or ELBv2: look again at what the lab knows of it. */
  noticeWrite(service: string): void {
    if (service === 'elasticloadbalancing') this.#loadBalancingStale = true;
    if (service === 'ec2') this.#computeStale = true;
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  /** An action of the Auto Scaling API. @throws AwsError */
  async answer(action: string, members: QueryInput): Promise<QueryOutput> {
    const perform = actions.get(action);
    if (perform === undefined) throw new Error(`no such action: ${action}`);
    const input = new Input(members);
    const context: ActionContext = {
      ...this.surroundings,
      region: this.options.region,
      facts: await this.#facts(input),
    };
    const output = perform(input, context);
    this.wake();
    return output;
  }

  async #facts(input: Input): Promise<Facts> {
    const subnetIds = (input.optionalString('VPCZoneIdentifier') ?? '').split(',').filter((id) => id !== '');
    const template = input.structure('LaunchTemplate');
    return {
      ...(subnetIds.length === 0 ? {} : { subnets: await this.options.compute.subnets(subnetIds) }),
      ...(template === undefined
        ? {}
        : { launchTemplate: await this.options.compute.launchTemplate(template) }),
    };
  }

  #run(): void {
    if (this.#turn !== undefined) {
      this.#timer = setTimeout(() => this.#run(), turnInterval / 10);
      return;
    }
    this.#turn = this.#takeTurn()
      .catch((error: unknown) => this.#tellFailure(error))
      .finally(() => {
        this.#turn = undefined;
        if (!this.#stopped) this.#timer = setTimeout(() => this.#run(), turnInterval);
      });
  }

  async #takeTurn(): Promise<void> {
    await this.#lookAgain();
    await this.#judgeTargets();
    const { region, dataPlanes } = this.options;
    const world = this.#world();
    for (const group of region.groups.values()) {
      for (const order of reconcile(group, region, world)) this.#carryOut(order);
      if (group.deleting && group.instances.size + group.launches.size === 0)
        region.groups.delete(group.name);
    }
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
      await Promise.all(ended.map((machine) => machine.stop()));
    }
  }

  async #judgeTargets(): Promise<void> {
    const probes = await this.options.dataPlanes.probes();
    for (const [arn, targets] of this.options.region.targetGroups) {
      judgeTargets(targets, probes.get(arn));
      forgetDrained(targets, Date.now());
    }
  }

  #world(): World {
    const { targetGroups } = this.#loadBalancing;
    return {
      ...this.surroundings,
      machines: this.options.fleet.states,
      deregistrationDelays: new Map(
        [...targetGroups].map(([arn, group]) => [arn, group.deregistrationDelay]),
      ),
      targetPorts: new Map([...targetGroups].map(([arn, { port }]) => [arn, port])),
    };
  }

  #carryOut(order: Order): void {
    const done = order.do === 'launch' ? this.#launch(order) : this.#terminate(order);
    void done.finally(() => this.wake());
  }

  async #launch({ group, activityId, subnet }: Order & { do: 'launch' }): Promise<void> {
    try {
      const { launched, spec } = await this.options.compute.run(group, subnet);
      this.options.fleet.launch(spec);
      instanceLaunched(group, activityId, launched, this.surroundings);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      launchFailed(group, activityId, `Launching a new EC2 instance failed. ${message}`, this.surroundings);
    }
  }

  async #terminate({ instance }: Order & { do: 'terminate' }): Promise<void> {
    try {
      // EC2 first: the instance leaves the group when its machine has ended, and must not outlive that in EC2.
      await this.options.compute.terminate(instance.id);
      await this.options.fleet.stop(instance.id);
    } catch (error) {
      // The order goes out again at the next turn.
      instance.terminationOrdered = false;
      this.#tellFailure(error);
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
    for (const [targetGroup, targets] of region.targetGroups) {
      for (const { id, state, reason } of targets.values()) {
        const key = `${targetGroup} ${id}`;
        if (this.#shownTargets.get(key) === state) continue;
        this.#shownTargets.set(key, state);
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

  /** The same failure at every turn is told once. */
  #tellFailure(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    this.options.emit({ type: 'notice', level: 'error', text });
  }
}
