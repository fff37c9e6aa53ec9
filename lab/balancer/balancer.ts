/** The load balancer's data plane, as the control loop sees it. One `Balancer` stands for one ALB. */
import type { Address } from '../machines/machine';

/** What the data plane has to know of a listener and its target group; as ELBv2 describes them. */
export interface BalancerConfiguration {
  readonly loadBalancerName: string;
  readonly targetGroupArn: string;
  readonly targetGroupName: string;
  /** The VPC in which the targets are. */
  readonly vpcId: string;
  readonly healthCheck: {
    readonly path: string;
    /** Seconds. */
    readonly interval: number;
    /** Seconds. */
    readonly timeout: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
    /** As ELBv2 writes it: `200`, `200-299`, `200,202`. */
    readonly matcher: string;
  };
  readonly algorithm: 'round_robin' | 'least_outstanding_requests';
  /** Seconds; the ALB's idle timeout, 60 unless set. */
  readonly idleTimeout: number;
}

/** What the last health checks of a target showed. */
export interface ProbeResult {
  /**
   * `none` while the target is initial (rule D2): none passed yet, and fewer failed in a row than the unhealthy
   * threshold; and while it drains.
   */
  readonly outcome: 'none' | 'passed' | 'failed';
  /** AWS's reason codes for a failed check. */
  readonly reason?: 'Target.ResponseCodeMismatch' | 'Target.Timeout' | 'Target.FailedHealthChecks';
  readonly description?: string;
  /** Whether the data plane counts the target as up, after healthy and unhealthy thresholds. */
  readonly up: boolean;
}

/** Answers by the first digit of their status. */
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
export type StatusClass = (typeof statusClasses)[number];
export type ByStatusClass = Readonly<Record<StatusClass, number>>;

export const noAnswers: ByStatusClass = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };

/** Class by class. */
export function combine(
  one: ByStatusClass,
  other: ByStatusClass,
  how: (one: number, other: number) => number,
): ByStatusClass {
  const counts = statusClasses.map((name) => [name, how(one[name], other[name])]);
  return Object.fromEntries(counts) as ByStatusClass;
}

/** What one target has had to do. */
export interface TargetCount {
  readonly requests: number;
  readonly http5xx: number;
  /** Of requests, as they came from clients. */
  readonly bytesIn: number;
  /** Of answers. */
  readonly bytesOut: number;
}

export const nothingCounted: TargetCount = { requests: 0, http5xx: 0, bytesIn: 0, bytesOut: 0 };

/** Count by count. */
export function combineCounts(
  one: TargetCount,
  other: TargetCount,
  how: (one: number, other: number) => number,
): TargetCount {
  return {
    requests: how(one.requests, other.requests),
    http5xx: how(one.http5xx, other.http5xx),
    bytesIn: how(one.bytesIn, other.bytesIn),
    bytesOut: how(one.bytesOut, other.bytesOut),
  };
}

/** Counters since the balancer started; they never sink. */
export interface BalancerCounters {
  /** Requests for which a target was chosen (rule D10). */
  readonly requests: number;
  /** What clients were answered, by targets and by the balancer itself. */
  readonly answers: ByStatusClass;
  readonly target5xx: number;
  /** 5xx made by the balancer itself. */
  readonly balancer5xx: number;
  /** Target connections reset or closed with a request open, time-outs included. */
  readonly resets: number;
  readonly perTarget: Readonly<Record<string, TargetCount>>;
}

export const noRequests: BalancerCounters = {
  requests: 0,
  answers: noAnswers,
  target5xx: 0,
  balancer5xx: 0,
  resets: 0,
  perTarget: {},
};

export interface Balancer {
  readonly address: Address;
  /** Known to the balancer and probed; gets requests only after its first passed check (rule D2). */
  addTarget(id: string, address: Address): Promise<void>;
  /** No new requests; those in flight go on (rule D3). */
  drainTarget(id: string): Promise<void>;
  /** Ends what is still in flight and forgets the target. */
  removeTarget(id: string): Promise<void>;
  probes(): Promise<ReadonlyMap<string, ProbeResult>>;
  counters(): Promise<BalancerCounters>;
  stop(): Promise<void>;
}
