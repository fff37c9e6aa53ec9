import { type AutoscaledServiceProps, serviceDefaults } from '../props';
import { ServiceError } from '../service-error';

/**
 * Every budget of time that another one depends on, in seconds. The rules below hold between them; a setting
 * that breaks one is refused.
 */
export interface Times {
  /** Launch until the service answers. */
  readonly boot: number;
  /** InService until the load balancer sends its first check. */
  readonly registration: number;
  readonly healthCheckInterval: number;
  readonly healthCheckTimeout: number;
  /** Boot, registration and the first passed check of one instance. */
  readonly firstHealthy: number;
  readonly healthCheckGracePeriod: number;
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
  registration: 15,
  appDrain: 25,
  systemdStop: 35,
  loadBalancerIdle: 60,
  nginxKeepAlive: 75,
  nginxUpstreamKeepAlive: 60,
  nodeKeepAlive: 72,
  nodeHeaders: 60,
  nodeRequest: 120,
} as const;

/** What each budget is called in a sentence; a setting by its own name. */
const called: Record<keyof Times, string> = {
  boot: 'bootSeconds',
  registration: 'the registration with the load balancer',
  healthCheckInterval: 'healthCheck.intervalSeconds',
  healthCheckTimeout: 'healthCheck.timeoutSeconds',
  firstHealthy: 'the time to the first passed health check (from bootSeconds and healthCheck)',
  healthCheckGracePeriod: 'the health check grace period',
  capacityTimeout: 'wait_for_capacity_timeout',
  appDrain: "the app's drain",
  deregistrationDelay: 'deregistrationDelaySeconds',
  systemdStop: "systemd's TimeoutStopSec",
  loadBalancerIdle: "the load balancer's idle timeout",
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
    shorter: 'boot',
    longer: 'firstHealthy',
    otherwise: 'an instance would count as healthy before it answers',
  },
  {
    shorter: 'firstHealthy',
    longer: 'healthCheckGracePeriod',
    otherwise: 'the group would replace instances that are still starting, for ever',
  },
  {
    shorter: 'healthCheckGracePeriod',
    longer: 'capacityTimeout',
    otherwise: 'Terraform would give up before the group has replaced an instance that failed to start',
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
  props: Pick<AutoscaledServiceProps, 'bootSeconds' | 'healthCheck' | 'deregistrationDelaySeconds'>,
): Times {
  const boot = props.bootSeconds ?? serviceDefaults.bootSeconds;
  const healthCheckInterval =
    props.healthCheck?.intervalSeconds ?? serviceDefaults.healthCheck.intervalSeconds;
  const healthCheckTimeout = props.healthCheck?.timeoutSeconds ?? serviceDefaults.healthCheck.timeoutSeconds;
  const firstHealthy = boot + fixed.registration + healthCheckInterval + healthCheckTimeout;
  const healthCheckGracePeriod = fullMinutesAbove(firstHealthy);
  const times: Times = {
    ...fixed,
    boot,
    healthCheckInterval,
    healthCheckTimeout,
    firstHealthy,
    healthCheckGracePeriod,
    // Time for an instance that never gets healthy, and for the one that replaces it.
    capacityTimeout: fullMinutesAbove(2 * healthCheckGracePeriod),
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

function fullMinutesAbove(seconds: number): number {
  return (Math.floor(seconds / 60) + 1) * 60;
}
