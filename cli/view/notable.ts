/** Which events deserve a line that stays, and the line. */
import type { LabEvent, LoadResult } from '../../lab/events';
import { count, duration, type Line } from './text';

/** Seconds; a resource that took less is told by the count alone. */
const slowResource = 10;

/** @param phaseStartedAt when the phase that this event may end was started, milliseconds since the epoch */
export function notableLine(event: LabEvent, phaseStartedAt?: number): Line | undefined {
  switch (event.type) {
    case 'phase':
      return phaseLine(event.phase, event.state, event.at - (phaseStartedAt ?? event.at));
    case 'terraform':
      if (event.state === 'failed') return [[`${event.address}: ${event.action} failed`, 'red']];
      return event.state === 'finished' && event.elapsedSeconds >= slowResource
        ? [`${event.address}: ${event.action} took ${duration(event.elapsedSeconds * 1000)}`]
        : undefined;
    case 'instance':
      return /^(Pending|InService|Terminating|Terminated)$/.test(event.state)
        ? [`${event.instanceId} ${event.state} (${event.zone})`]
        : undefined;
    case 'target':
      return targetLine(event.instanceId, event.state, event.reason);
    case 'machine-failure':
      return [[`${event.instanceId} failed: ${event.reason}`, 'red']];
    case 'activity':
      return event.status === 'Failed' || event.status === 'Cancelled'
        ? [[`${event.description}: ${event.status}. ${event.statusMessage ?? event.cause}`, 'red']]
        : undefined;
    case 'decision':
      return [
        [`scale-${event.to > event.from ? 'out' : 'in'} ${event.from} → ${event.to}: `, 'bold'],
        event.cause,
      ];
    case 'refresh':
      return [
        [`instance refresh ${event.status}`, 'bold'],
        `: ${event.percentageComplete} %, ${event.instancesToUpdate} to update`,
        ...(event.reason === undefined ? [] : [`. ${event.reason}`]),
      ];
    case 'alarm':
      return [
        [`${alarmName(event.alarm)} ${event.state}: `, event.state === 'ALARM' ? 'yellow' : 'dim'],
        event.reason,
      ];
    case 'requests':
      return event.target5xx + event.balancer5xx + event.resets === 0
        ? undefined
        : [
            [
              `lost in a second: ${event.target5xx} 5xx by instances, ${event.balancer5xx} by the balancer, ${event.resets} resets`,
              'red',
            ],
          ];
    case 'load':
      return event.result === undefined ? [`ab run ${event.run} starts`] : loadLine(event.result);
    case 'url':
      return ['load balancer: ', [event.url, 'cyan'], [`  (on AWS: ${event.dnsName})`, 'dim']];
    case 'notice':
      return event.level === 'info'
        ? [event.text]
        : [[event.text, event.level === 'warning' ? 'yellow' : 'red']];
    default:
      return undefined;
  }
}

function phaseLine(phase: string, state: 'started' | 'finished' | 'failed', took: number): Line {
  if (state === 'started') return [[`${phase} …`, 'bold']];
  return state === 'finished'
    ? [`${phase} finished in ${duration(took)}`]
    : [[`${phase} failed after ${duration(took)}`, 'red']];
}

function targetLine(instanceId: string, state: string, reason?: string): Line | undefined {
  if (state === 'healthy') return [`${instanceId} `, ['healthy', 'green']];
  if (state === 'draining') return [`${instanceId} draining`];
  return state === 'unhealthy'
    ? [[`${instanceId} unhealthy${reason === undefined ? '' : `: ${reason}`}`, 'red']]
    : undefined;
}

/** `TargetTracking-web-AlarmHigh-0b1c…` says little more than its direction. */
function alarmName(alarm: string): string {
  return /Alarm(High|Low)/.exec(alarm)?.[1]?.toLowerCase().concat(' alarm') ?? alarm;
}

function loadLine(result: LoadResult): Line {
  const { run, completed, seconds, requestsPerSecond, failed, non2xx, aborted } = result;
  const speed = `${count(completed)} answers in ${seconds.toFixed(1)} s, ${count(requestsPerSecond)}/s, `;
  const losses = `${count(failed)} failed, ${count(non2xx)} non-2xx`;
  return [
    `ab run ${run}: ${speed}`,
    [losses, failed + non2xx === 0 ? 'green' : 'red'],
    ...(aborted === undefined ? [] : [[`. ${aborted}`, 'red'] as const]),
  ];
}
