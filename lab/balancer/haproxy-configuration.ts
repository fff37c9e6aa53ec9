/**
 * HAProxy's configuration for one load balancer, one listener and one target group. Rule numbers (D2 …) are those
 * of the behaviour reference, section D. Directives are described in HAProxy's configuration manual, version 2.6:
 * https://docs.haproxy.org/2.6/configuration.html
 */
import { ServiceError } from '../../modules/service-error';
import type { Address } from '../machines/machine';
import type { BalancerConfiguration } from './balancer';

/** Targets that can be known at once, draining ones included. Few, since each is a row in every `show stat`. */
export const slotCount = 32;

/** The backend whose servers are health-checked, and its mirror without checks for rule D4. */
export const checkedBackend = 'tg';
export const openBackend = 'tg_open';

/** Numbered from 1. */
export function slotName(slot: number): string {
  return `slot${slot}`;
}

/** Seconds within which a target has to accept a connection (rule D9). */
const connectTimeout = 10;

/**
 * @param namespace the network namespace in which the targets are; the host's own unless set
 * @throws ServiceError `InvalidHealthCheckPath`, `InvalidMatcher`, `InvalidThreshold`: what HAProxy would read as
 *   something else, or ELBv2 would not take.
 */
export function haproxyConfiguration(
  configuration: BalancerConfiguration,
  listen: Address,
  socketPath: string,
  namespace?: string,
): string {
  return [
    `# ${JSON.stringify(configuration.loadBalancerName)} with ${JSON.stringify(configuration.targetGroupArn)}`,
    ...globalSection(socketPath),
    ...defaultsSection(configuration),
    ...listenerSection(listen),
    ...checkedSection(configuration, namespace),
    ...openSection(configuration, namespace),
    '',
  ].join('\n');
}

function globalSection(socketPath: string): string[] {
  return [
    'global',
    // One thread: its counters are read as one consistent state, and the second core belongs to the instances.
    '  nbthread 1',
    '  maxconn 4000',
    // Without it a second HAProxy of the same user could share the port unnoticed.
    '  noreuseport',
    `  stats socket ${quoted(socketPath)} mode 600 level admin`,
    // D9: a target's response headers may have 32 KiB; 1 KiB of the buffer is HAProxy's own (tune.maxrewrite).
    `  tune.bufsize ${33 * 1024}`,
    '  log stdout format raw local0 info',
  ];
}

function defaultsSection({ idleTimeout }: BalancerConfiguration): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    // A real ALB does not send a request twice, nor to another target after the first.
    '  retries 0',
    '  no option redispatch',
    `  timeout connect ${connectTimeout}s`,
    // D8: one idle timeout, on both sides. A client that is too slow with its request gets 408 (D9).
    `  timeout client ${idleTimeout}s`,
    `  timeout server ${idleTimeout}s`,
    `  timeout http-request ${idleTimeout}s`,
    `  timeout http-keep-alive ${idleTimeout}s`,
    // `safe`, the default, opens a connection per request for clients without keep-alive, such as ab: twice the cost.
    '  http-reuse always',
  ];
}

function listenerSection(listen: Address): string[] {
  return [
    'frontend listener',
    `  bind ${listen.host}:${listen.port}`,
    `  log-format '${logFormat}'`,
    // A connection on which nothing was asked is no request; ab opens some at its end. Else each counts as a 4xx.
    '  option http-ignore-probes',
    // For connect time-outs, below. `date` in milliseconds, since the timers of the log can't be read by rules.
    '  http-request set-var(txn.start) date(0,ms)',
    // D9: more than 30 addresses in X-Forwarded-For.
    '  http-request return status 463 if { req.hdr_cnt(X-Forwarded-For) gt 30 }',
    ...headerRules(listen.port),
    // D4: with no healthy target, all that have had a verdict; with none of those either, 503 (D9).
    `  acl none_healthy nbsrv(${checkedBackend}) eq 0`,
    `  acl none_at_all nbsrv(${openBackend}) eq 0`,
    '  http-request set-var(txn.without_target) bool(true) if none_healthy none_at_all',
    '  http-request return status 503 if { var(txn.without_target) -m bool }',
    ...gatewayStatusRules(),
    `  use_backend ${openBackend} if none_healthy`,
    `  default_backend ${checkedBackend}`,
  ];
}

/** Rules D6 and D7. */
function headerRules(port: number): string[] {
  const traceHeader = 'X-Amzn-Trace-Id';
  return [
    // `routing.http.drop_invalid_header_fields.enabled`: what doesn't match [-A-Za-z0-9]+ goes.
    '  http-request del-header [^-A-Za-z0-9] -m reg',
    '  acl forwarded req.hdr(X-Forwarded-For) -m found',
    "  http-request set-header X-Forwarded-For '%[req.fhdr(X-Forwarded-For)], %[src]' if forwarded",
    '  http-request set-header X-Forwarded-For %[src] if !forwarded',
    '  http-request set-header X-Forwarded-Proto http',
    '  http-request set-header X-Forwarded-Port %[dst_port]',
    ...hostRules(port),
    // 8 hexadecimal digits of seconds since the epoch (log flag %Ts with +X), 24 of chance.
    "  http-request set-var-fmt(txn.seconds) '%{+X}Ts'",
    '  http-request set-var(txn.chance) uuid,regsub(-,,g),bytes(0,24)',
    "  http-request set-var-fmt(txn.trace) '1-%[var(txn.seconds),lower]-%[var(txn.chance)]'",
    // A Root that came in is kept with all other fields; Self is ours. Past 7 KiB of headers the trace starts anew.
    `  http-request set-var(txn.traced) bool(true) if { req.hdr(${traceHeader}) -m reg '(^|;) *Root=' } !{ req.hdrs,length gt 7168 }`,
    '  acl traced var(txn.traced) -m bool',
    `  http-request set-header ${traceHeader} 'Self=%[var(txn.trace)];%[req.hdr(${traceHeader}),regsub("Self=[^;]*;?","",g)]' if traced`,
    `  http-request set-header ${traceHeader} 'Root=%[var(txn.trace)]' if !traced`,
  ];
}

/** D6: the port is part of the Host header except on 80 and 443, whatever the client wrote. */
function hostRules(port: number): string[] {
  const hasPort = '{ req.hdr(Host) -m reg :[0-9]+$ }';
  const standard = port === 80 || port === 443;
  return standard
    ? [`  http-request set-header Host '%[req.hdr(Host),regsub(":[0-9]+$","")]' if ${hasPort}`]
    : [`  http-request set-header Host '%[req.hdr(Host)]:${port}' if { req.hdr(Host) -m found } !${hasPort}`];
}

/**
 * D9: HAProxy says 503 to a refused connection and to a connect time-out; an ALB says 502 and 504. A 503 of the
 * target's own, and the one for want of targets, stay. `http-response` rules see only what a target answered,
 * `http-after-response` rules see every answer.
 */
function gatewayStatusRules(): string[] {
  const failed = '{ status 503 } !{ var(txn.answered) -m bool } !{ var(txn.without_target) -m bool }';
  const late = `{ var(txn.elapsed) -m int ge ${connectTimeout * 1000} }`;
  return [
    '  http-response set-var(txn.answered) bool(true)',
    `  http-after-response set-var(txn.elapsed) date(0,ms),sub(txn.start) if ${failed}`,
    `  http-after-response set-status 504 if ${failed} ${late}`,
    `  http-after-response set-status 502 if ${failed} !${late}`,
  ];
}

function checkedSection({ healthCheck, algorithm }: BalancerConfiguration, namespace?: string): string[] {
  return [
    `backend ${checkedBackend}`,
    `  balance ${balanceBy[algorithm]}`,
    '  option httpchk',
    // D2: the Host header of a health check is the target's own address.
    `  http-check send meth GET uri ${quoted(checkedPath(healthCheck.path))} ver HTTP/1.1 hdr Host %[bc_dst]:%[bc_dst_port] hdr User-Agent ELB-HealthChecker/2.0`,
    `  http-check expect status ${checkedMatcher(healthCheck.matcher)}`,
    `  timeout check ${healthCheck.timeout}s`,
    // Disabled until a target takes the slot. Checks begin where the slot's turn comes, see slots.ts.
    ...slots(
      `check inter ${healthCheck.interval}s rise ${checkedThreshold(healthCheck.healthyThreshold)} fall ${checkedThreshold(healthCheck.unhealthyThreshold)}`,
      namespace,
    ),
  ];
}

function openSection({ algorithm }: BalancerConfiguration, namespace?: string): string[] {
  return [`backend ${openBackend}`, `  balance ${balanceBy[algorithm]}`, ...slots('', namespace)];
}

/**
 * Set at run time is a slot's address alone: the network namespace that it is in stays. One line each: HAProxy 2.6
 * gives the namespace of a `server-template` to the first of its servers, and to none besides.
 */
function slots(check: string, namespace: string | undefined): string[] {
  const inNamespace = namespace === undefined ? '' : `namespace ${quoted(namespace)}`;
  return Array.from({ length: slotCount }, (_, index) =>
    ['  server', slotName(index + 1), noAddress, check, 'pool-max-conn 256 disabled', inNamespace]
      .filter((part) => part !== '')
      .join(' '),
  );
}

const balanceBy: Readonly<Record<BalancerConfiguration['algorithm'], string>> = {
  round_robin: 'roundrobin',
  least_outstanding_requests: 'leastconn',
};

/** The discard port: HAProxy wants an address in the file, and no request goes to a disabled slot. */
const noAddress = '127.0.0.1:9';

/**
 * One JSON object per request. Times in milliseconds: `targetTime` from the last byte sent to the target to its
 * response headers (CloudWatch's TargetResponseTime; -1 when there were none), `totalTime` from the request's
 * first byte to the answer's last. `termination` is HAProxy's pair of letters: who ended it, and in which phase.
 */
const logFormat = [
  '{"time":"%[date(0,ms)]"',
  '"client":"%ci:%cp"',
  '"target":"%si:%sp"',
  '"status":%ST',
  '"targetTime":%Tr',
  '"totalTime":%Ta',
  '"bytes":%B',
  '"termination":"%ts"',
  '"method":"%HM"',
  // `json` escapes: a URI is whatever a client sends. The rest of a request is gone when its line is written.
  '"uri":"%[capture.req.uri,json(utf8s)]"',
  '"trace":"%[var(txn.trace)]"}',
].join(',');

function checkedPath(path: string): string {
  // ELBv2 takes 1 to 1024 characters that start with a slash.
  if (/^\/[\x21-\x7e]{0,1023}$/.test(path)) return path;
  throw new ServiceError(
    'InvalidHealthCheckPath',
    `The health check path ${JSON.stringify(path)} is none: give 1 to 1024 visible characters that start with "/".`,
  );
}

function checkedMatcher(matcher: string): string {
  const code = '[2-5][0-9]{2}';
  if (new RegExp(`^${code}(-${code})?(,${code}(-${code})?)*$`).test(matcher)) return matcher;
  throw new ServiceError(
    'InvalidMatcher',
    `The matcher ${JSON.stringify(matcher)} is none: give HTTP codes such as "200", "200-299" or "200,202".`,
  );
}

/** D2. first-verdict.ts depends on a fall of at least 2. */
function checkedThreshold(threshold: number): number {
  if (Number.isInteger(threshold) && threshold >= 2 && threshold <= 10) return threshold;
  throw new ServiceError('InvalidThreshold', `The health check threshold ${threshold} must be 2 to 10.`);
}

/** Strong quotes: nothing inside them is special to HAProxy's parser but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
