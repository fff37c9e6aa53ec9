/** Reads what `ab` (ApacheBench 2.3) prints. See https://httpd.apache.org/docs/2.4/programs/ab.html */
import type { LoadResult } from '../events';

export type AbOutput = Pick<
  LoadResult,
  'completed' | 'failed' | 'failures' | 'non2xx' | 'seconds' | 'requestsPerSecond' | 'percentiles' | 'aborted'
>;

/**
 * ab prints its table only when it got through all requests. Connection errors make it stop with one line and no
 * table; the requests that were never answered then count as failed, and the percentiles are 0.
 *
 * @param requests how many requests ab was asked to make
 */
export function parseAbOutput(text: string, requests: number): AbOutput {
  const completed = numberAfter(text, /^Complete requests:\s+(\d+)/m);
  return completed === undefined ? abortedOutput(text, requests) : finishedOutput(text, requests, completed);
}

function finishedOutput(text: string, requests: number, completed: number): AbOutput {
  const breakdown = /\(Connect: (\d+), Receive: (\d+), Length: (\d+), Exceptions: (\d+)\)/.exec(text);
  const [connect, receive, length, exceptions] = breakdown?.slice(1).map(Number) ?? [];
  return {
    completed,
    failed: (numberAfter(text, /^Failed requests:\s+(\d+)/m) ?? 0) + (requests - completed),
    failures: {
      connect: connect ?? 0,
      receive: receive ?? 0,
      length: length ?? 0,
      exceptions: exceptions ?? 0,
    },
    // The line is there only when there was such an answer.
    non2xx: numberAfter(text, /^Non-2xx responses:\s+(\d+)/m) ?? 0,
    seconds: numberAfter(text, /^Time taken for tests:\s+([\d.]+)/m) ?? 0,
    requestsPerSecond: numberAfter(text, /^Requests per second:\s+([\d.]+)/m) ?? 0,
    percentiles: {
      50: percentile(text, 50),
      90: percentile(text, 90),
      99: percentile(text, 99),
      100: percentile(text, 100),
    },
  };
}

function abortedOutput(text: string, requests: number): AbOutput {
  const completed = numberAfter(text, /^Total of (\d+) requests completed/m) ?? 0;
  const reason = /^(?:apr_\w+|ab|SSL[^:]*): .+$/m.exec(text)?.[0] ?? lastLine(text) ?? 'it printed nothing';
  return {
    completed,
    failed: requests - completed,
    failures: { connect: 0, receive: 0, length: 0, exceptions: 0 },
    non2xx: 0,
    seconds: 0,
    requestsPerSecond: 0,
    percentiles: { 50: 0, 90: 0, 99: 0, 100: 0 },
    aborted: `ab gave up after ${completed} of ${requests} requests: ${reason}`,
  };
}

function percentile(text: string, percent: number): number {
  return numberAfter(text, new RegExp(`^\\s*${percent}%\\s+(\\d+)`, 'm')) ?? 0;
}

function numberAfter(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .at(-1);
}
