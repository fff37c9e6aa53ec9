/**
 * What HAProxy's `show stat` says, as rows, and what the rows mean in ELBv2's words. The columns are those of
 * https://docs.haproxy.org/2.6/management.html#9.1
 */
import { ServiceError } from '../../modules/service-error';
import { type ByStatusClass, combine, noAnswers, type ProbeResult, type TargetCount } from './balancer';
import { checkedBackend, openBackend } from './haproxy-configuration';

/** The columns that are read here; counts are since HAProxy started. */
export interface Row {
  /** `pxname`: a frontend or a backend. */
  readonly proxy: string;
  /** `svname`: a server, or FRONTEND or BACKEND for the sum. */
  readonly server: string;
  readonly status: string;
  /** `scur`: requests in flight. */
  readonly inFlight: number;
  /** `stot`: requests for which the server was chosen, whether it answered or not. */
  readonly chosen: number;
  /** `hrsp_1xx` to `hrsp_5xx`: of a server, its own answers; of a frontend or backend, HAProxy's too. */
  readonly answers: ByStatusClass;
  /** `bin`: bytes of requests. */
  readonly bytesIn: number;
  /** `bout`: bytes of answers. */
  readonly bytesOut: number;
  /** `econ`: connections that failed to establish. */
  readonly connectionErrors: number;
  /** `srv_abrt`: answers broken off by the server. */
  readonly serverAborts: number;
  /** `check_status` without the `* ` of a check in progress; empty without checks and in maintenance. */
  readonly checkStatus: string;
  readonly checkCode: string;
  /** `check_health`: 0 to rise + fall - 1; down below rise. */
  readonly checkHealth: number;
  readonly checkRise: number;
}

/** @throws ServiceError `UnreadableStatistics` when a column is missing: an HAProxy that is too old. */
export function parseStatistics(csv: string): Row[] {
  const lines = csv.split('\n').filter((line) => line !== '');
  const header = lines.findIndex((line) => line.startsWith('# '));
  const names = (lines[header] ?? '').slice(2).split(',');
  const column = (name: string): number => {
    const index = names.indexOf(name);
    if (index >= 0) return index;
    throw new ServiceError(
      'UnreadableStatistics',
      `HAProxy's "show stat" has no column ${name}; HAProxy 2.4 or later is needed.`,
    );
  };
  const columns = {
    proxy: column('pxname'),
    server: column('svname'),
    status: column('status'),
    inFlight: column('scur'),
    chosen: column('stot'),
    answers1xx: column('hrsp_1xx'),
    answers2xx: column('hrsp_2xx'),
    answers3xx: column('hrsp_3xx'),
    answers4xx: column('hrsp_4xx'),
    answers5xx: column('hrsp_5xx'),
    bytesIn: column('bin'),
    bytesOut: column('bout'),
    connectionErrors: column('econ'),
    serverAborts: column('srv_abrt'),
    checkStatus: column('check_status'),
    checkCode: column('check_code'),
    checkHealth: column('check_health'),
    checkRise: column('check_rise'),
  };
  return lines.slice(header + 1).map((line) => {
    // A quoted field, the check's own words for one, may hold commas.
    const fields = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? [];
    const text = (index: number) => (fields[index] ?? '').replace(/,$/, '').replace(/^"|"$/g, '');
    const number = (index: number) => Number(text(index));
    return {
      proxy: text(columns.proxy),
      server: text(columns.server),
      status: text(columns.status),
      inFlight: number(columns.inFlight),
      chosen: number(columns.chosen),
      answers: {
        '1xx': number(columns.answers1xx),
        '2xx': number(columns.answers2xx),
        '3xx': number(columns.answers3xx),
        '4xx': number(columns.answers4xx),
        '5xx': number(columns.answers5xx),
      },
      bytesIn: number(columns.bytesIn),
      bytesOut: number(columns.bytesOut),
      connectionErrors: number(columns.connectionErrors),
      serverAborts: number(columns.serverAborts),
      checkStatus: text(columns.checkStatus).replace(/^\* /, ''),
      checkCode: text(columns.checkCode),
      checkHealth: number(columns.checkHealth),
      checkRise: number(columns.checkRise),
    };
  });
}

/** The rows of one slot: in the checked backend and in its mirror. */
export interface SlotRows {
  readonly checked: Row;
  readonly open: Row;
}

export function slotRows(rows: readonly Row[], server: string): SlotRows {
  const find = (proxy: string): Row => {
    const row = rows.find((candidate) => candidate.proxy === proxy && candidate.server === server);
    if (row !== undefined) return row;
    throw new ServiceError(
      'UnreadableStatistics',
      `HAProxy's "show stat" has no row for ${proxy}/${server}.`,
    );
  };
  return { checked: find(checkedBackend), open: find(openBackend) };
}

export const hasPassed = (row: Row): boolean => /^L[4-7]OK/.test(row.checkStatus);

/** `INI` is a server whose first check has not ended; `UNK` one that is not checked. */
export const wasChecked = (row: Row): boolean => !['', 'INI', 'UNK'].includes(row.checkStatus);

/** The last check of a target that has had its first verdict; reason codes and texts are ELBv2's (rule D1). */
export function probeResult(row: Row): ProbeResult {
  if (!wasChecked(row)) return { outcome: 'none', up: false };
  const up = row.status.startsWith('UP');
  if (hasPassed(row)) return { outcome: 'passed', up };
  return { outcome: 'failed', up, ...failure(row) };
}

function failure(row: Row): Pick<ProbeResult, 'reason' | 'description'> {
  switch (row.checkStatus) {
    case 'L7STS':
      return {
        reason: 'Target.ResponseCodeMismatch',
        description: `Health checks failed with these codes: [${row.checkCode}]`,
      };
    case 'L4TOUT':
    case 'L6TOUT':
    case 'L7TOUT':
      return { reason: 'Target.Timeout', description: 'Request timed out' };
    default:
      return { reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
  }
}

export function targetCount({ checked, open }: SlotRows): TargetCount {
  return {
    requests: checked.chosen + open.chosen,
    http5xx: checked.answers['5xx'] + open.answers['5xx'],
    bytesIn: checked.bytesIn + open.bytesIn,
    bytesOut: checked.bytesOut + open.bytesOut,
  };
}

export interface Totals {
  readonly requests: number;
  readonly answers: ByStatusClass;
  readonly target5xx: number;
  readonly balancer5xx: number;
  readonly resets: number;
}

export function totals(rows: readonly Row[]): Totals {
  const sum = (of: readonly Row[], value: (row: Row) => number) =>
    of.reduce((total, row) => total + value(row), 0);
  const frontends = rows.filter((row) => row.server === 'FRONTEND');
  const backends = rows.filter((row) => row.server === 'BACKEND');
  const servers = rows.filter(
    (row) => [checkedBackend, openBackend].includes(row.proxy) && row.server !== 'BACKEND',
  );
  const target5xx = sum(servers, (row) => row.answers['5xx']);
  // A 5xx on a backend that no server sent is a connection that failed, a reset or a time-out. `eresp` is not used
  // for them: it counts a reset twice.
  const brokenBeforeAnswer =
    sum(backends, (row) => row.answers['5xx']) - target5xx - sum(servers, (row) => row.connectionErrors);
  return {
    // D10: a request counts once a target is chosen. The frontend's own count has those that got 503 for want of one,
    // and the ones that ab sends at its end and does not wait for.
    requests: sum(servers, (row) => row.chosen),
    answers: frontends.reduce(
      (all, row) => combine(all, row.answers, (one, other) => one + other),
      noAnswers,
    ),
    target5xx,
    // A server counts its answer when the headers come, a frontend when the last byte has gone: a snapshot between
    // the two would be below zero.
    balancer5xx: Math.max(0, sum(frontends, (row) => row.answers['5xx']) - target5xx),
    resets: Math.max(0, brokenBeforeAnswer) + sum(servers, (row) => row.serverAborts),
  };
}
