import type { AutoscaledServiceProps, LoadBalancerProps } from '../props';
import { serviceDefaults } from '../props/defaults';
import { isExisting } from '../props/load-balancer';
import { ServiceError } from '../service-error';

/**
 * Every budget of time that another one depends on, in seconds. The rules below hold between them; a setting
 * that breaks one is refused.
 */
export interface Times {
  /** Launch until the service answers on the instance itself. */
  readonly boot: number;
  /** How long an instance tries again where AWS refuses it: a new role takes time to count everywhere. */
  readonly bootRetries: number;
  /** Boot, with all of its retries. */
  readonly longestBoot: number;
  /** How long the launch hook waits for the instance's word before the group gives it up. */
  readonly hookHeartbeat: number;
  /** InService until the load balancer sends its first check. */
  readonly registration: number;
  readonly healthCheckInterval: number;
  readonly healthCheckTimeout: number;
  /** InService until the first check is passed: the service answers by then. */
  readonly firstCheck: number;
  /** Runs from InService, so after the launch hook. */
  readonly healthCheckGracePeriod: number;
  /** InService until an instance refresh counts an instance as replaced, and goes on. */
  readonly rolloutWarmup: number;
  /** How long before a forecast load predictive scaling launches instances for it. */
  readonly predictionBuffer: number;
  /** How long Terraform waits for the group's first healthy instance. */
  readonly capacityTimeout: number;
  readonly appDrain: number;
  readonly deregistrationDelay: number;
  readonly systemdStop: number;
  readonly loadBalancerIdle: number;
  readonly nginxKeepAlive: number;
  readonly nginxUpstreamKeepAlive: number;
  readonly nodeKeepAlive: number;
  readonly nodeHeaders: number;
  readonly nodeRequest: number;
}

/** Budgets that no setting changes: the runtime and nginx are built with them. */
const fixed = {
  bootRetries: 120,
  registration: 15,
  appDrain: 25,
  systemdStop: 35,
  nginxKeepAlive: 75,
  nginxUpstreamKeepAlive: 60,
  nodeKeepAlive: 72,
  nodeHeaders: 60,
  nodeRequest: 120,
} as const;

/** What each budget is called in a sentence; a setting by its own name. */
const called: Record<keyof Times, string> = {
  boot: 'bootSeconds',
  bootRetries: "the boot's retries",
  longestBoot: 'the longest boot (bootSeconds and the retries)',
  hookHeartbeat: "the launch hook's heartbeat_timeout",
  registration: 'the registration with the load balancer',
  healthCheckInterval: 'healthCheck.intervalSeconds',
  healthCheckTimeout: 'healthCheck.timeoutSeconds',
  firstCheck: 'the time to the first passed health check (from healthCheck)',
  healthCheckGracePeriod: 'the health check grace period',
  rolloutWarmup: 'rollout.warmupSeconds',
  predictionBuffer: 'scaling.predictive.schedulingBufferSeconds',
  capacityTimeout: 'wait_for_capacity_timeout',
  appDrain: "the app's drain",
  deregistrationDelay: 'deregistrationDelaySeconds',
  systemdStop: "systemd's TimeoutStopSec",
  loadBalancerIdle: 'loadBalancer.idleTimeoutSeconds',
  nginxKeepAlive: "nginx's keepalive_timeout",
  nginxUpstreamKeepAlive: "nginx's upstream keepalive_timeout",
  nodeKeepAlive: "Node's keepAliveTimeout",
  nodeHeaders: "Node's headersTimeout",
  nodeRequest: "Node's requestTimeout",
};

interface Rule {
  readonly shorter: keyof Times;
  readonly longer: keyof Times;
  readonly mayBeEqual?: boolean;
  readonly otherwise: string;
}

export const rules: readonly Rule[] = [
  {
    shorter: 'healthCheckTimeout',
    longer: 'healthCheckInterval',
    otherwise: 'a check would still wait when the next one starts, and AWS refuses the target group',
  },
  {
    shorter: 'longestBoot',
    longer: 'hookHeartbeat',
    otherwise: 'the group would give up instances that are still starting, for ever',
  },
  {
    shorter: 'hookHeartbeat',
    longer: 'capacityTimeout',
    otherwise: 'Terraform would give up before the group has replaced an instance that failed to start',
  },
  {
    shorter: 'firstCheck',
    longer: 'healthCheckGracePeriod',
    otherwise: 'the group would replace instances that the load balancer has not come to check',
  },
  {
    shorter: 'healthCheckGracePeriod',
    longer: 'rolloutWarmup',
    mayBeEqual: true,
    otherwise: 'a rollout would go on before the group hears what the load balancer thinks of a new instance',
  },
  {
    shorter: 'boot',
    longer: 'predictionBuffer',
    mayBeEqual: true,
    otherwise: 'instances would still start when the load comes that they were forecast for',
  },
  {
    shorter: 'appDrain',
    longer: 'deregistrationDelay',
    otherwise: 'the load balancer would cut off requests that the app still finishes',
  },
  {
    shorter: 'appDrain',
    longer: 'systemdStop',
    otherwise: 'systemd would kill the app while it drains',
  },
  {
    shorter: 'loadBalancerIdle',
    longer: 'nginxKeepAlive',
    otherwise: 'nginx would close a connection that the load balancer is about to use: a 502',
  },
  {
    shorter: 'nginxUpstreamKeepAlive',
    longer: 'nodeKeepAlive',
    otherwise: 'Node would close a connection that nginx is about to use: a 502',
  },
  {
    shorter: 'nodeHeaders',
    longer: 'nodeRequest',
    mayBeEqual: true,
    otherwise: 'Node refuses to start',
  },
];

/** The budgets of a service, checked. Throws TimesCollide. */
export function timesOf(
  props: Pick<
    AutoscaledServiceProps,
    'bootSeconds' | 'healthCheck' | 'deregistrationDelaySeconds' | 'warmupSeconds' | 'rollout' | 'scaling'
  >,
  loadBalancer?: LoadBalancerProps,
): Times {
  const boot = props.bootSeconds ?? serviceDefaults.bootSeconds;
  const healthCheckInterval =
    props.healthCheck?.intervalSeconds ?? serviceDefaults.healthCheck.intervalSeconds;
  const healthCheckTimeout = props.healthCheck?.timeoutSeconds ?? serviceDefaults.healthCheck.timeoutSeconds;
  const longestBoot = boot + fixed.bootRetries;
  const hookHeartbeat = fullMinutesAbove(longestBoot);
  const firstCheck = fixed.registration + healthCheckInterval + healthCheckTimeout;
  const healthCheckGracePeriod = fullMinutesAbove(firstCheck);
  const warmup = props.warmupSeconds ?? serviceDefaults.warmupSeconds;
  const times: Times = {
    ...fixed,
    boot,
    longestBoot,
    hookHeartbeat,
    healthCheckInterval,
    healthCheckTimeout,
    firstCheck,
    healthCheckGracePeriod,
    rolloutWarmup: props.rollout?.warmupSeconds ?? Math.max(warmup, healthCheckGracePeriod),
    predictionBuffer:
      props.scaling?.predictive?.schedulingBufferSeconds ??
      Math.min(Math.max(leastPredictionBuffer, boot + firstCheck + warmup), mostPredictionBuffer),
    // Time for an instance that never gets ready, and for the one that replaces it.
    capacityTimeout: fullMinutesAbove(2 * hookHeartbeat + firstCheck),
    loadBalancerIdle:
      (isExisting(loadBalancer) ? undefined : loadBalancer?.idleTimeoutSeconds) ??
      serviceDefaults.loadBalancer.idleTimeoutSeconds,
    deregistrationDelay: props.deregistrationDelaySeconds ?? serviceDefaults.deregistrationDelaySeconds,
  };
  checkTimes(times);
  return times;
}

export function checkTimes(times: Times, links: readonly Rule[] = rules): void {
  for (const { shorter, longer, mayBeEqual, otherwise } of links) {
    const holds = mayBeEqual ? times[shorter] <= times[longer] : times[shorter] < times[longer];
    if (holds) continue;
    throw new ServiceError(
      'TimesCollide',
      `${called[shorter]} of ${times[shorter]} s must be ${mayBeEqual ? 'at most' : 'below'} ` +
        `${called[longer]} of ${times[longer]} s, else ${otherwise}.`,
    );
  }
}

/** AWS's default. */
const leastPredictionBuffer = 300;
/** A forecast is for an hour, and the buffer below that. */
const mostPredictionBuffer = 3599;

function fullMinutesAbove(seconds: number): number {
  return (Math.floor(seconds / 60) + 1) * 60;
}
