/** Each instance's life and work, as the events told it. */
import type { LabEvent } from '../events';
import { all, type Since } from './select';

/** Seconds since the start; absent when it did not happen. */
export interface InstanceReport {
  readonly instanceId: string;
  readonly zone: string;
  /** What it booted from. */
  readonly imageId: string;
  readonly launched: number;
  readonly inService?: number;
  /** When the balancer first counted it as healthy. */
  readonly healthy?: number;
  readonly draining?: number;
  readonly terminated?: number;
  /** What its boot was spent on, in order; empty for a machine that doesn't boot. */
  readonly boot: readonly BootPhaseReport[];
  /** By the balancer's count. */
  readonly requestsServed: number;
}

export interface BootPhaseReport {
  readonly phase: string;
  readonly seconds: number;
}

export function instancesOf(events: readonly LabEvent[], since: Since): InstanceReport[] {
  const lifecycles = all(events, 'instance');
  const targets = all(events, 'target');
  const seconds = all(events, 'requests');
  const phases = all(events, 'boot-phase');
  const firstAt = (found: LabEvent | undefined) => (found === undefined ? undefined : since(found.at));
  return [...new Set(lifecycles.map(({ instanceId }) => instanceId))].map((instanceId) => {
    const states = lifecycles.filter((event) => event.instanceId === instanceId);
    const health = targets.filter((event) => event.instanceId === instanceId);
    const launch = states[0];
    return {
      instanceId,
      zone: launch?.zone ?? '',
      imageId: launch?.imageId ?? '',
      launched: firstAt(launch) ?? 0,
      inService: firstAt(states.find(({ state }) => state === 'InService')),
      healthy: firstAt(health.find(({ state }) => state === 'healthy')),
      draining: firstAt(health.find(({ state }) => state === 'draining')),
      terminated: firstAt(states.find(({ state }) => state === 'Terminated')),
      boot: phases
        .filter((event) => event.instanceId === instanceId)
        .map(({ phase, seconds: took }) => ({ phase, seconds: round(took) })),
      requestsServed: seconds.reduce((total, second) => total + (second.perInstance[instanceId] ?? 0), 0),
    };
  });
}

/** To a hundredth: some phases are short. */
function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
