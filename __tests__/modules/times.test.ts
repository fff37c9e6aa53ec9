import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkTimes, rules, type Times, timesOf } from '../../modules/private/times';

const times = timesOf({});

test.each(rules)('$shorter ends before $longer, and a sentence with both says when it does not', (rule) => {
  const { shorter, longer, mayBeEqual } = rule;
  const equal: Times = { ...times, [shorter]: times[longer] };
  const longerThan: Times = { ...times, [shorter]: times[longer] + 1 };
  const only = (broken: Times) => () => checkTimes(broken, [rule]);
  expect(only(times)).not.toThrow();
  if (mayBeEqual) expect(only(equal)).not.toThrow();
  else
    expect(only(equal)).toThrow(
      new RegExp(`of ${equal[shorter]} s must be below .* of ${equal[longer]} s, else `),
    );
  expect(only(longerThan)).toThrow(expect.objectContaining({ code: 'TimesCollide' }));
});

test.each([
  ['the first check of an instance', 'healthCheckTimeout', 'healthCheckInterval'],
  ['the boot and its retries', 'longestBoot', 'hookHeartbeat'],
  ['the wait of terraform apply', 'hookHeartbeat', 'capacityTimeout'],
  ['registration and the first passed check', 'firstCheck', 'healthCheckGracePeriod'],
  ['the word of the load balancer in a rollout', 'healthCheckGracePeriod', 'rolloutWarmup'],
  ['the instances that a forecast asks for', 'boot', 'predictionBuffer'],
  ['the drain of the app', 'appDrain', 'deregistrationDelay'],
  ['the stop of the app', 'appDrain', 'systemdStop'],
  ['connections from the load balancer', 'loadBalancerIdle', 'nginxKeepAlive'],
  ['connections from nginx', 'nginxUpstreamKeepAlive', 'nodeKeepAlive'],
  ['the headers of a request', 'nodeHeaders', 'nodeRequest'],
] as const)('a rule watches over %s', (_, shorter, longer) => {
  expect(rules).toContainEqual(expect.objectContaining({ shorter, longer }));
});

test('a slower boot gives the hook and Terraform more time, a slower health check the grace period', () => {
  expect(times).toMatchObject({
    longestBoot: 270,
    hookHeartbeat: 300,
    firstCheck: 30,
    healthCheckGracePeriod: 60,
    capacityTimeout: 660,
  });
  expect(timesOf({ bootSeconds: 1800 })).toMatchObject({
    longestBoot: 1920,
    hookHeartbeat: 1980,
    healthCheckGracePeriod: 60,
    capacityTimeout: 4020,
  });
  expect(timesOf({ healthCheck: { intervalSeconds: 300, timeoutSeconds: 120 } })).toMatchObject({
    hookHeartbeat: 300,
    firstCheck: 435,
    healthCheckGracePeriod: 480,
    capacityTimeout: 1080,
  });
});

/** What the runtime is built with, where it can't read the budgets. */
test.each<[string, string, RegExp, number]>([
  ['boot programs try again', 'runtime/boot/common.sh', /RETRY_SECONDS:=(\d+)/, times.bootRetries],
  ['the app drains', 'runtime/app/configuration.ts', /'DRAIN_SECONDS', \{ default: (\d+)/, times.appDrain],
  ['a worker drains', 'runtime/systemd/system/koa@.service', /DRAIN_SECONDS=(\d+)/, times.appDrain],
  ['systemd waits for it', 'runtime/systemd/system/koa@.service', /TimeoutStopSec=(\d+)/, times.systemdStop],
  ['nginx drains', 'nginx/nginx.conf', /worker_shutdown_timeout (\d+)s/, times.appDrain],
  [
    "nginx keeps a client's connection",
    'nginx/nginx.conf',
    /^ {4}keepalive_timeout (\d+)s/m,
    times.nginxKeepAlive,
  ],
  [
    'nginx keeps a connection to the app',
    'nginx/nginx.conf',
    /^ {8}keepalive_timeout (\d+)s/m,
    times.nginxUpstreamKeepAlive,
  ],
  ['Node keeps a connection', 'runtime/app/serve.ts', /keepAliveTimeout = (\d+)_000/, times.nodeKeepAlive],
  ["Node reads a request's head", 'runtime/app/serve.ts', /headersTimeout = (\d+)_000/, times.nodeHeaders],
  ['Node reads a request', 'runtime/app/serve.ts', /requestTimeout = (\d+)_000/, times.nodeRequest],
])('%s as long as the budgets say', (_what, file, pattern, seconds) => {
  const text = readFileSync(join(__dirname, '../..', file), 'utf8');
  expect(Number(pattern.exec(text)?.[1])).toBe(seconds);
});

test('nginx is stopped only when its own time to drain is over', () => {
  const unit = join(__dirname, '../../runtime/systemd/system/nginx.service.d/koa.conf');
  const stop = /TimeoutStopSec=(\d+)/.exec(readFileSync(unit, 'utf8'))?.[1];
  expect(Number(stop)).toBeGreaterThan(times.appDrain);
});
