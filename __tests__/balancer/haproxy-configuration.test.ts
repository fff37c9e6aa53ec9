import type { BalancerConfiguration } from '../../lab/balancer/balancer';
import { haproxyConfiguration } from '../../lab/balancer/haproxy-configuration';

const healthCheck: BalancerConfiguration['healthCheck'] = {
  path: '/readyz',
  interval: 10,
  timeout: 5,
  healthyThreshold: 3,
  unhealthyThreshold: 4,
  matcher: '200',
};

const configuration: BalancerConfiguration = {
  loadBalancerName: 'web',
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef',
  targetGroupName: 'web',
  vpcId: 'vpc-0123456789abcdef0',
  healthCheck,
  algorithm: 'round_robin',
  idleTimeout: 60,
};

const listen = { host: '127.0.0.1', port: 8080 };

/** The directives of a section, by its first line. */
function section(name: string, changes: Partial<BalancerConfiguration> = {}, port = listen.port): string[] {
  const text = haproxyConfiguration({ ...configuration, ...changes }, { ...listen, port }, '/tmp/a b/admin');
  const lines = text.split('\n');
  const begin = lines.indexOf(name);
  expect(begin).toBeGreaterThanOrEqual(0);
  const length = lines.slice(begin + 1).findIndex((line) => !line.startsWith('  '));
  return lines.slice(begin + 1, begin + 1 + length).map((line) => line.trim());
}

test('a request is never sent twice, as by a real ALB', () => {
  expect(section('defaults')).toEqual(expect.arrayContaining(['retries 0', 'no option redispatch']));
});

test('the idle timeout holds for clients and targets, the connect timeout is 10 s (D8, D9)', () => {
  expect(section('defaults', { idleTimeout: 42 })).toEqual(
    expect.arrayContaining([
      'timeout connect 10s',
      'timeout client 42s',
      'timeout server 42s',
      'timeout http-request 42s',
      'timeout http-keep-alive 42s',
    ]),
  );
});

test('the runtime socket’s path may hold blanks and quotes', () => {
  expect(section('global')).toContain("stats socket '/tmp/a b/admin' mode 600 level admin");
  const text = haproxyConfiguration(configuration, listen, "/tmp/o'hara/admin");
  expect(text).toContain("stats socket '/tmp/o'\\''hara/admin' mode");
});

test('the health check is the target group’s (D2)', () => {
  const lines = section('backend tg', { healthCheck: { ...healthCheck, matcher: '200-299,302' } });
  expect(lines).toContain('http-check expect status 200-299,302');
  expect(lines).toContain('timeout check 5s');
  expect(lines.find((line) => line.startsWith('http-check send'))).toContain("GET uri '/readyz'");
  const slots = lines.filter((line) => line.startsWith('server '));
  expect(slots).toHaveLength(32);
  for (const slot of slots) expect(slot).toMatch(/ check inter 10s rise 3 fall 4 .* disabled$/);
});

test('the mirror for fail open has the same slots and no checks (D4)', () => {
  const names = (name: string) => section(name).flatMap((line) => /^server (slot\d+) /.exec(line)?.[1] ?? []);
  expect(names('backend tg_open')).toEqual(names('backend tg'));
  expect(section('backend tg_open').join('\n')).not.toContain('check');
  expect(section('backend tg_open').at(-1)).toMatch(/ disabled$/);
});

test.each([
  { algorithm: 'round_robin', directive: 'balance roundrobin' },
  { algorithm: 'least_outstanding_requests', directive: 'balance leastconn' },
] as const)('the algorithm $algorithm is "$directive" in both backends', ({ algorithm, directive }) => {
  expect(section('backend tg', { algorithm })).toContain(directive);
  expect(section('backend tg_open', { algorithm })).toContain(directive);
});

test.each([
  { port: 8080, host: '%[req.hdr(Host)]:8080', what: 'is added to' },
  { port: 80, host: '%[req.hdr(Host),regsub(":[0-9]+$","")]', what: 'is removed from' },
  { port: 443, host: '%[req.hdr(Host),regsub(":[0-9]+$","")]', what: 'is removed from' },
])('on port $port the port $what the Host header (D6)', ({ port, host }) => {
  const rule = section('frontend listener', {}, port).find((line) => line.includes('set-header Host'));
  expect(rule).toContain(`'${host}'`);
});

test('a name with a line break stays in its comment', () => {
  const text = haproxyConfiguration({ ...configuration, loadBalancerName: 'web\nglobal' }, listen, '/s');
  expect(text.split('\n').filter((line) => line.startsWith('global'))).toHaveLength(1);
});

test.each([
  { code: 'InvalidHealthCheckPath', change: { path: 'readyz' } },
  { code: 'InvalidHealthCheckPath', change: { path: '/ready z' } },
  { code: 'InvalidHealthCheckPath', change: { path: '/\nglobal' } },
  { code: 'InvalidMatcher', change: { matcher: '' } },
  { code: 'InvalidMatcher', change: { matcher: '2xx' } },
  { code: 'InvalidMatcher', change: { matcher: '200, 201' } },
  { code: 'InvalidMatcher', change: { matcher: '200\nglobal' } },
  { code: 'InvalidThreshold', change: { unhealthyThreshold: 1 } },
  { code: 'InvalidThreshold', change: { healthyThreshold: 11 } },
])('$change is refused with $code', ({ code, change }) => {
  expect(() => section('backend tg', { healthCheck: { ...healthCheck, ...change } })).toThrow(
    expect.objectContaining({ code }),
  );
});

test("targets in a VPC's namespace are checked and served there; elsewhere no namespace is named", () => {
  const lines = (namespace?: string) =>
    haproxyConfiguration(configuration, listen, '/tmp/admin', namespace)
      .split('\n')
      .filter((line) => line.includes('  server '));
  expect(lines('koa-lab-1-vpc-1')).toHaveLength(64);
  for (const line of lines('koa-lab-1-vpc-1')) expect(line).toMatch(/ namespace 'koa-lab-1-vpc-1'$/);
  for (const line of lines()) expect(line).not.toContain('namespace');
});
