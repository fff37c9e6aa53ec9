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
