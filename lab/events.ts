/**
 * Everything the lab has to tell, as one stream. The terminal view, the report and the tests read it; nothing in
 * the model or at its edges prints. `at` is milliseconds since the epoch.
 */
import type { LifecycleState } from './autoscaling/model';
import type { InstanceRefreshStatus } from './autoscaling/refresh/refresh';
import type { TargetState } from './autoscaling/targets';
import type { ByStatusClass } from './balancer/balancer';

export type Phase =
  | 'check'
  | 'synthesize'
  | 'start'
  | 'initialize'
  | 'apply'
  | 'bake'
  | 'load'
  | 'scale-in'
  | 'serve'
  | 'destroy';

export type LabEvent = { readonly at: number } & (
  | { readonly type: 'phase'; readonly phase: Phase; readonly state: 'started' | 'finished' | 'failed' }
  /** One resource's progress in `terraform apply -json`; `done` of `total` counts finished resources. */
  | {
      readonly type: 'terraform';
      readonly action: 'create' | 'update' | 'delete' | 'replace' | 'read';
      readonly address: string;
      readonly state: 'started' | 'progress' | 'finished' | 'failed';
      readonly elapsedSeconds: number;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'instance';
      readonly group: string;
      readonly instanceId: string;
      readonly zone: string;
      readonly imageId: string;
      readonly state: LifecycleState;
    }
  /** A golden image was made; the next launch template version boots from it. */
  | {
      readonly type: 'baked';
      readonly imageId: string;
      /** The image that it was installed on. */
      readonly bakedFrom: string;
      readonly seconds: number;
    }
  /** A part of an instance's boot is over, as the boot programs told on its console. */
  | {
      readonly type: 'boot-phase';
      readonly instanceId: string;
      /** `system` is what comes before the boot programs; the other names are theirs. */
      readonly phase: string;
      readonly seconds: number;
    }
  /** An instance gave up its launch, or its heartbeat ran out. */
  | {
      readonly type: 'launch-abandoned';
      readonly group: string;
      readonly instanceId: string;
      readonly hook: string;
    }
  /** A machine ended that nobody had asked to, or its instance gave up its launch. */
  | {
      readonly type: 'machine-failure';
      readonly instanceId: string;
      /** A sentence, with the place of the log. */
      readonly reason: string;
    }
  | {
      readonly type: 'target';
      readonly targetGroup: string;
      readonly instanceId: string;
      readonly state: TargetState;
      readonly reason?: string;
    }
  | {
      readonly type: 'capacity';
      readonly group: string;
      readonly desired: number;
      readonly inService: number;
    }
  /** An entry of the group's activity history, told when it starts and again when it ends. */
  | {
      readonly type: 'activity';
      readonly group: string;
      readonly activityId: string;
      readonly description: string;
      readonly cause: string;
      readonly status: string;
      readonly statusMessage?: string;
    }
  /** A scaling policy changed the desired capacity. */
  | {
      readonly type: 'decision';
      readonly group: string;
      readonly policy: string;
      readonly from: number;
      readonly to: number;
      readonly cause: string;
    }
  /** An instance refresh began, came further, or ended. */
  | {
      readonly type: 'refresh';
      readonly group: string;
      readonly refreshId: string;
      readonly status: InstanceRefreshStatus;
      readonly percentageComplete: number;
      readonly instancesToUpdate: number;
      /** Why it has this status, or what it waits for. */
      readonly reason?: string;
    }
  /** One machine's second: CPU in percent of its vCPUs, as `mpstat 1` would show it. */
  | {
      readonly type: 'cpu';
      readonly group: string;
      readonly instanceId: string;
      readonly percent: number;
    }
  /** The balancer's second: answers since the last one, by class, and by the instance that gave them. */
  | {
      readonly type: 'requests';
      readonly loadBalancer: string;
      readonly total: number;
      readonly perInstance: Readonly<Record<string, number>>;
      /** What clients were answered. */
      readonly answers: ByStatusClass;
      readonly target5xx: number;
      /** 502, 503, 504 of the balancer's own making. */
      readonly balancer5xx: number;
      /** Connections that a target reset or closed with a request open. */
      readonly resets: number;
    }
  | {
      readonly type: 'datapoint';
      readonly group: string;
      readonly policy: string;
      readonly alarm: string;
      readonly direction: 'high' | 'low';
      readonly value: number;
      /** Such as `%`; empty where nothing is known of it. */
      readonly unit: string;
      readonly threshold: number;
      readonly breaching: boolean;
      /** Breaching datapoints in a row, of so many that make an alarm. */
      readonly breaches: number;
      readonly needed: number;
    }
  | {
      readonly type: 'alarm';
      readonly group: string;
      readonly alarm: string;
      readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
      readonly reason: string;
    }
  /** `ab`: a run of it starts, ends. */
  | {
      readonly type: 'load';
      readonly run: number;
      readonly state: 'started' | 'finished';
      readonly result?: LoadResult;
    }
  | { readonly type: 'url'; readonly url: string; readonly dnsName: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string }
);

/** What one run of `ab` printed at its end. */
export interface LoadResult {
  readonly run: number;
  readonly requests: number;
  readonly concurrency: number;
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Requests that got an answer; below `requests` only when ab gave up. */
  readonly completed: number;
  /** ab's "Failed requests"; when ab gave up, the requests that never got an answer as well. */
  readonly failed: number;
  /** What ab puts in brackets behind "Failed requests". */
  readonly failures: Readonly<Record<'connect' | 'receive' | 'length' | 'exceptions', number>>;
  /** Why ab gave up before its last request, in a sentence. */
  readonly aborted?: string;
  readonly non2xx: number;
  /** Milliseconds within which so many percent of the requests were answered. */
  readonly percentiles: Readonly<Record<'50' | '90' | '99' | '100', number>>;
  /** Requests each instance answered during this run, by the balancer's count. */
  readonly perInstance: Readonly<Record<string, number>>;
  /** Where ab's own output is kept. */
  readonly outputFile: string;
}

type WithoutTime<E> = E extends unknown ? Omit<E, 'at'> : never;
export type NewLabEvent = WithoutTime<LabEvent>;
export type Emit = (event: NewLabEvent) => void;

/**
 * The stream itself. A late subscriber is given what has already happened, so nobody's story has a hole; a lab that
 * stays up for days has nobody who comes late, and remembers nothing.
 */
export class EventStream {
  readonly #listeners = new Set<(event: LabEvent) => void>();
  readonly #past: LabEvent[] = [];

  constructor(
    private readonly now: () => number = Date.now,
    private readonly remembers = true,
  ) {}

  readonly emit: Emit = (event) => {
    const stamped = { ...event, at: this.now() } as LabEvent;
    if (this.remembers) this.#past.push(stamped);
    for (const listener of this.#listeners) listener(stamped);
  };

  subscribe(listener: (event: LabEvent) => void): () => void {
    for (const event of this.#past) listener(event);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get past(): readonly LabEvent[] {
    return this.#past;
  }
}
