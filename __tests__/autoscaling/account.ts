/** A region with a clock that the test moves and machines that the test lets run or end. Everything else is real. */
import type { ActionContext, Facts } from '../../lab/autoscaling/action';
import { actions } from '../../lab/autoscaling/actions';
import { Input } from '../../lab/autoscaling/input';
import { instanceLaunched, launchFailed } from '../../lab/autoscaling/instances';
import type { AlarmState, Group, Instance, LifecycleState, Region } from '../../lab/autoscaling/model';
import { type TargetTrackingPolicy, trackingPolicies } from '../../lab/autoscaling/policies';
import { type MachineState, type Order, reconcile, type World } from '../../lab/autoscaling/reconcile';
import { launchTemplateInUse } from '../../lab/autoscaling/refresh/refresh';
import { recordReadings } from '../../lab/autoscaling/scaling';
import { forgetDrained, judgeTargets, targetsOf } from '../../lab/autoscaling/targets';
import { cpu, type TrackedMetric } from '../../lab/autoscaling/tracked-metric';
import type { ProbeResult } from '../../lab/balancer/balancer';
import type { NewLabEvent } from '../../lab/events';
import type { QueryInput, QueryOutput } from '../../lab/gateway/query-protocol';
import { Pace } from '../../lab/pace';

export const targetGroup =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

const passing: ProbeResult = { outcome: 'passed', up: true };

export class Account {
  now = Date.parse('2026-11-24T10:00:00Z');
  readonly events: NewLabEvent[] = [];
  readonly region: Region = {
    name: 'us-east-1',
    accountId: '123456789012',
    groups: new Map(),
    targetGroups: new Map(),
    alarms: new Map(),
  };
  /** What CloudWatch says of alarms that refreshes watch. */
  readonly alarmStates = new Map<string, AlarmState>();
  readonly machines = new Map<string, MachineState>();
  readonly probes = new Map<string, ProbeResult>();
  /** Set, and EC2 refuses to launch with this message. */
  launchRefusal: string | undefined;
  /** Set, and what is launched has a machine that ends at once. */
  machinesFail = false;
  /** Zones in which it refuses alone. */
  readonly fullZones = new Set<string>();
  #ids = 0;
  #periods = 0;

  facts: Facts = {
    subnets: [
      { id: 'subnet-a', zone: 'us-east-1a' },
      { id: 'subnet-b', zone: 'us-east-1b' },
      { id: 'subnet-c', zone: 'us-east-1c' },
    ],
    launchTemplate: { id: 'lt-1', name: 'web', version: '1' },
  };

  call(action: string, members: QueryInput): QueryOutput {
    const perform = actions.get(action);
    if (perform === undefined) throw new Error(`no action ${action}`);
    const context: ActionContext = { ...this.surroundings, region: this.region, facts: this.facts };
    return perform(new Input(members), context);
  }

  /** A group named `web`, 1 to 4, behind one target group. */
  createGroup(members: QueryInput = {}): Group {
    this.call('CreateAutoScalingGroup', {
      AutoScalingGroupName: 'web',
      MinSize: '1',
      MaxSize: '4',
      LaunchTemplate: { LaunchTemplateId: 'lt-1' },
      VPCZoneIdentifier: 'subnet-a,subnet-b,subnet-c',
      HealthCheckType: 'ELB',
      HealthCheckGracePeriod: '60',
      DefaultInstanceWarmup: '60',
      TargetGroupARNs: [targetGroup],
      ...members,
    });
    return this.group();
  }

  group(name = 'web'): Group {
    const group = this.region.groups.get(name);
    if (group === undefined) throw new Error(`no group ${name}`);
    return group;
  }

  /** A group with so many warm, healthy instances, and a policy that tracks `target` percent. */
  serving(count: number, target = 50, members: QueryInput = {}): Group {
    const group = this.createGroup({
      MinSize: '0',
      MaxSize: '10',
      DesiredCapacity: String(count),
      ...members,
    });
    this.settle();
    this.advance(120);
    this.settle();
    this.call('PutScalingPolicy', {
      AutoScalingGroupName: 'web',
      PolicyName: 'cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
        TargetValue: String(target),
      },
    });
    group.schedules.clear();
    return group;
  }

  get surroundings() {
    return {
      now: this.now,
      emit: (event: NewLabEvent) => void this.events.push(event),
      newId: () => `id-${++this.#ids}`,
      pace: new Pace(1),
    };
  }

  get world(): World {
    return {
      ...this.surroundings,
      machines: this.machines,
      deregistrationDelays: new Map([[targetGroup, 30]]),
      targetPorts: new Map([[targetGroup, 80]]),
      alarmStates: this.alarmStates,
    };
  }

  policy(name = 'cpu'): TargetTrackingPolicy {
    const policy = trackingPolicies(this.group()).find((known) => known.name === name);
    if (policy === undefined) throw new Error(`no policy ${name}`);
    return policy;
  }

  /** Seconds. */
  advance(seconds: number): void {
    this.now += seconds * 1000;
  }

  /** One turn: health as the probes say, the rules, and EC2 doing what they ask, at once. */
  turn(): Order[] {
    const targets = targetsOf(this.region.targetGroups, targetGroup);
    const probes = new Map([...targets.keys()].map((id) => [id, this.probes.get(id) ?? passing]));
    judgeTargets(targets, probes);
    forgetDrained(targets, this.now);
    const orders = [...this.region.groups.values()].flatMap((group) =>
      reconcile(group, this.region, this.world),
    );
    for (const order of orders) this.carryOut(order);
    return orders;
  }

  /** Turns until nothing moves any more at this instant. */
  settle(): void {
    for (let turns = 0; turns < 50; turns += 1) {
      const before = this.#fingerprint();
      this.turn();
      if (this.#fingerprint() === before) return;
    }
    throw new Error('the model does not come to rest');
  }

  /** One period later the group's average CPU was so many percent; undefined: nobody reported. */
  period(value: number | undefined): void {
    this.readings([[cpu, value]]);
  }

  /** A period later, each of these metrics came to so much. */
  readings(values: readonly (readonly [TrackedMetric, number | undefined])[], seconds = 60): void {
    this.advance(seconds);
    this.#periods += 1;
    const at = this.#periods * 60_000;
    recordReadings(
      this.group(),
      values.map(([metric, value]) => ({ metric, at, value })),
      this.surroundings,
    );
  }

  periods(values: readonly (number | undefined)[]): void {
    for (const value of values) this.period(value);
  }

  instances(state?: LifecycleState): Instance[] {
    return [...this.group().instances.values()].filter(
      (instance) => state === undefined || instance.state === state,
    );
  }

  instance(index = 0): Instance {
    const instance = this.instances()[index];
    if (instance === undefined) throw new Error(`no instance ${index}`);
    return instance;
  }

  targetState(id: string): string | undefined {
    return targetsOf(this.region.targetGroups, targetGroup).get(id)?.state;
  }

  carryOut(order: Order): void {
    if (order.do !== 'launch') {
      const states = { terminate: 'gone', stop: 'stopped', start: 'running' } as const;
      this.machines.set(order.instance.id, states[order.do]);
      return;
    }
    const refusal =
      this.launchRefusal ??
      (this.fullZones.has(order.subnet.zone) ? 'InsufficientInstanceCapacity' : undefined);
    if (refusal !== undefined) {
      launchFailed(order.group, order.activityId, refusal, this.surroundings);
      return;
    }
    const id = `i-${String(++this.#ids).padStart(17, '0')}`;
    this.machines.set(id, this.machinesFail ? 'gone' : 'running');
    const launchTemplate = launchTemplateInUse(order.group);
    instanceLaunched(
      order.group,
      order.activityId,
      { id, instanceType: order.choice.instanceType ?? 't3.micro', imageId: 'ami-1', launchTemplate },
      this.surroundings,
    );
  }

  #fingerprint(): string {
    return JSON.stringify([
      [...this.machines],
      [...this.region.groups.values()].map(({ instances, attachments, launches, activities }) => [
        [...instances.values()].map(({ id, state, health, terminationOrdered }) => [
          id,
          state,
          health,
          terminationOrdered,
        ]),
        [...attachments],
        launches.size,
        activities.length,
      ]),
    ]);
  }
}
