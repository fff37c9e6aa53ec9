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
  ['boot and its first health check', 'firstHealthy', 'healthCheckGracePeriod'],
  ['the wait of terraform apply', 'healthCheckGracePeriod', 'capacityTimeout'],
  ['the drain of the app', 'appDrain', 'deregistrationDelay'],
  ['the stop of the app', 'appDrain', 'systemdStop'],
  ['connections from the load balancer', 'loadBalancerIdle', 'nginxKeepAlive'],
  ['connections from nginx', 'nginxUpstreamKeepAlive', 'nodeKeepAlive'],
  ['the headers of a request', 'nodeHeaders', 'nodeRequest'],
] as const)('a rule watches over %s', (_, shorter, longer) => {
  expect(rules).toContainEqual(expect.objectContaining({ shorter, longer }));
});

test('a slower boot or health check gives the group and Terraform more time', () => {
  expect(times).toMatchObject({
    boot: 180,
    firstHealthy: 210,
    healthCheckGracePeriod: 240,
    capacityTimeout: 540,
  });
  const slow = timesOf({ bootSeconds: 1800, healthCheck: { intervalSeconds: 300, timeoutSeconds: 120 } });
  expect(slow).toMatchObject({ firstHealthy: 2235, healthCheckGracePeriod: 2280, capacityTimeout: 4620 });
});
