/** Reads what `wrk --latency` prints. https://github.com/wg/wrk */

export interface WrkOutput {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Connections that failed to connect, read or write, and time-outs. */
  readonly failed: number;
  readonly non2xx: number;
}

/** @throws Error when the text is no report of wrk's */
export function parseWrkOutput(text: string): WrkOutput {
  const requests = /^\s*(\d+) requests in /m.exec(text)?.[1];
  const rate = /^Requests\/sec:\s+([\d.]+)/m.exec(text)?.[1];
  const [, p99, unit] = /^\s*99%\s+([\d.]+)(us|ms|s|m)\s*$/m.exec(text) ?? [];
  if (requests === undefined || rate === undefined || p99 === undefined || unit === undefined) {
    throw new Error(`wrk printed no report: ${text.trim()}`);
  }
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  return {
    requests: Number(requests),
    requestsPerSecond: Number(rate),
    p99: Number(p99) * (milliseconds[unit] ?? Number.NaN),
    failed: (errors?.slice(1) ?? []).reduce((sum, count) => sum + Number(count), 0),
    // "Non-2xx or 3xx": wrk itself counts redirects as well; nothing here redirects.
    non2xx: Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0),
  };
}

const milliseconds: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };
