/**
 * Target health as ELBv2 tells it, section D of the behaviour reference. Registrations and their states; what the
 * health checks showed comes from the balancer, what is attached where comes from ELBv2.
 */
import type { ProbeResult } from '../balancer/balancer';

export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

export interface Target {
  readonly id: string;
  readonly port: number;
  state: TargetState;
  reason: string | undefined;
  description: string | undefined;
  /** While draining: when the deregistration delay ends. */
  drainingUntil: number | undefined;
}

/** Targets by id, by the ARN of their target group. */
export type TargetGroups = Map<string, Map<string, Target>>;

export function targetsOf(groups: TargetGroups, targetGroupArn: string): Map<string, Target> {
  const known = groups.get(targetGroupArn);
  if (known !== undefined) return known;
  const targets = new Map<string, Target>();
  groups.set(targetGroupArn, targets);
  return targets;
}

/** A target that is draining, or is on another port, and registered again starts over. */
export function registerTarget(groups: TargetGroups, targetGroupArn: string, id: string, port: number): void {
  const targets = targetsOf(groups, targetGroupArn);
  const known = targets.get(id);
  if (known?.port === port && known.state !== 'draining') return;
  targets.set(id, {
    id,
    port,
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
    drainingUntil: undefined,
  });
}

/** Rule D3: it shows `draining` for the whole delay, even where nothing is in flight; then it is gone. */
export function deregisterTarget(
  groups: TargetGroups,
  targetGroupArn: string,
  id: string,
  now: number,
  delaySeconds: number,
): void {
  const targets = targetsOf(groups, targetGroupArn);
  const target = targets.get(id);
  if (target === undefined || target.state === 'draining') return;
  if (target.state === 'unused') {
    targets.delete(id);
    return;
  }
  target.state = 'draining';
  target.reason = 'Target.DeregistrationInProgress';
  target.description = 'Target deregistration is in progress';
  target.drainingUntil = now + delaySeconds * 1000;
}

export function forgetDrained(targets: Map<string, Target>, now: number): void {
  for (const target of targets.values()) {
    if (target.drainingUntil !== undefined && target.drainingUntil <= now) targets.delete(target.id);
  }
}

/**
 * What the health checks of a target group mean for its targets. A group that no listener forwards to checks
 * nobody: its targets are `unused` (rule D1).
 */
export function judgeTargets(
  targets: Map<string, Target>,
  probes: ReadonlyMap<string, ProbeResult> | undefined,
): void {
  for (const target of targets.values()) {
    if (target.state === 'draining') continue;
    const judgement = probes === undefined ? notInUse : judge(target, probes.get(target.id));
    Object.assign(target, judgement);
  }
}

interface Judgement {
  readonly state: TargetState;
  readonly reason: string | undefined;
  readonly description: string | undefined;
}

const notInUse: Judgement = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

const checking: Judgement = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};

/** Rule D2: one passed check makes a new target healthy; after that the thresholds decide, which `up` follows. */
function judge(target: Target, probe: ProbeResult | undefined): Judgement {
  if (probe === undefined || probe.outcome === 'none') {
    return target.state === 'unused' ? checking : (target satisfies Judgement);
  }
  if (probe.up) return { state: 'healthy', reason: undefined, description: undefined };
  if (probe.outcome === 'passed' && target.state === 'unhealthy') return target satisfies Judgement;
  if (probe.outcome === 'passed') return checking;
  return {
    state: 'unhealthy',
    reason: probe.reason ?? 'Target.FailedHealthChecks',
    description: probe.description ?? 'Health checks failed',
  };
}
