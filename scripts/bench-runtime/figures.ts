/** What the runtime has to reach, and how the figures of several runs become one verdict. Pure. */

/**
 * What is measured, in the order in which each round measures it. `koa` is the app by itself, one process as
 * `node app.cjs` starts it; `koa-workers` as many as the host has cores, which no goal compares: it shows what of the
 * gain is nginx's and what the workers'.
 */
export const servers = ['nginx', 'koa', 'koa-workers', 'nginx-koa'] as const;
export type Server = (typeof servers)[number];

export const tools = ['ab', 'wrk'] as const;
export type Tool = (typeof tools)[number];

export interface Run {
  readonly requestsPerSecond: number;
  /** Milliseconds within which 99 % of the requests were answered. */
  readonly p99: number;
  /** CPU microseconds that the servers spent on a request; the load generator's own are not among them. */
  readonly cpuMicroseconds: number;
  readonly failed: number;
  readonly non2xx: number;
}

/** The runs of one server under one tool. */
export type Runs = Readonly<Record<Tool, Readonly<Record<Server, readonly Run[]>>>>;
/** Medians; of `failed` and `non2xx` the sum. */
export type Figures = Readonly<Record<Tool, Readonly<Record<Server, Run>>>>;

export interface Goal {
  readonly name: string;
  readonly reached: number;
  readonly bound: number;
  readonly passed: boolean;
  /** The most that the load generator can show on this host, by the same run's figures. */
  readonly ceiling?: number;
}

export function figuresOf(runs: Runs): Figures {
  const perTool = (tool: Tool) =>
    Object.fromEntries(servers.map((server) => [server, summary(runs[tool][server])]));
  return Object.fromEntries(tools.map((tool) => [tool, perTool(tool)])) as Figures;
}

/** The ratios hold on any machine, loaded or not: what they compare was measured in turn. */
export function goalsOf(figures: Figures): Goal[] {
  const { ab, wrk } = figures;
  const rate = (of: Run, to: Run) => of.requestsPerSecond / to.requestsPerSecond;
  const failures = tools.flatMap((tool) =>
    servers.map((server) => figures[tool][server].failed + figures[tool][server].non2xx),
  );
  return [
    atLeast('ab: requests per second of nginx -> Koa, of nginx alone', rate(ab['nginx-koa'], ab.nginx), 0.6),
    atLeast(
      'wrk: requests per second of nginx -> Koa, of nginx alone',
      rate(wrk['nginx-koa'], wrk.nginx),
      0.2,
    ),
    {
      ...atLeast('ab: requests per second of nginx -> Koa, of Koa alone', rate(ab['nginx-koa'], ab.koa), 1.5),
      // ab has one thread. What nginx answers by itself is all that it can ask for: an app behind nginx adds to that.
      ceiling: rate(ab.nginx, ab.koa),
    },
    atMost(
      'ab: CPU per request of nginx -> Koa, of nginx alone',
      ab['nginx-koa'].cpuMicroseconds / ab.nginx.cpuMicroseconds,
      3,
    ),
    atMost(
      'requests failed or answered other than 2xx',
      failures.reduce((sum, count) => sum + count, 0),
      0,
    ),
  ];
}

function summary(runs: readonly Run[]): Run {
  return {
    requestsPerSecond: median(runs.map((run) => run.requestsPerSecond)),
    p99: median(runs.map((run) => run.p99)),
    cpuMicroseconds: median(runs.map((run) => run.cpuMicroseconds)),
    failed: runs.reduce((sum, run) => sum + run.failed, 0),
    non2xx: runs.reduce((sum, run) => sum + run.non2xx, 0),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

// A figure that is no number has not been reached.
function atLeast(name: string, reached: number, bound: number): Goal {
  return { name, reached, bound, passed: reached >= bound };
}

function atMost(name: string, reached: number, bound: number): Goal {
  return { name, reached, bound, passed: reached <= bound };
}
