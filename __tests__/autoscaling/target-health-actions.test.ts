import { Input } from '../../lab/autoscaling/input';
import { type TargetHealthContext, targetHealthActions } from '../../lab/autoscaling/target-health-actions';
import { judgeTargets, type TargetGroups, targetsOf } from '../../lab/autoscaling/targets';
import type { QueryInput } from '../../lab/gateway/query-protocol';

const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';

/** A target group on port 8000 with a delay of 30 s, and EC2 with `i-1` and `i-2`. */
function setUp() {
  const targetGroups: TargetGroups = new Map();
  const context: TargetHealthContext = {
    now: 1_000,
    targetGroups,
    facts: new Map([[arn, { port: 8000, deregistrationDelay: 30 }]]),
    isRunning: (id) => ['i-1', 'i-2'].includes(id),
  };
  const call = (action: string, members: QueryInput = {}) =>
    targetHealthActions.get(action)?.(new Input({ TargetGroupArn: arn, ...members }), context);
  return { call, targets: targetsOf(targetGroups, arn) };
}

test('a registered target is initial, on the port of its group or of its own', () => {
  const { call } = setUp();
  call('RegisterTargets', { Targets: [{ Id: 'i-1' }, { Id: 'i-2', Port: '9000' }] });
  expect(call('DescribeTargetHealth')).toMatchObject({
    TargetHealthDescriptions: [
      {
        Target: { Id: 'i-1', Port: 8000 },
        HealthCheckPort: '8000',
        TargetHealth: { State: 'initial', Reason: 'Elb.RegistrationInProgress' },
      },
      { Target: { Id: 'i-2', Port: 9000 }, HealthCheckPort: '9000' },
    ],
  });
});

test('one instance that does not run, and none of them is registered', () => {
  const { call, targets } = setUp();
  expect(() => call('RegisterTargets', { Targets: [{ Id: 'i-1' }, { Id: 'i-9' }] })).toThrow(
    expect.objectContaining({ code: 'InvalidTarget', message: expect.stringContaining('i-9') }),
  );
  expect(targets.size).toBe(0);
});

test('D3: a deregistered target drains for the delay of its group', () => {
  const { call, targets } = setUp();
  call('RegisterTargets', { Targets: [{ Id: 'i-1' }] });
  judgeTargets(targets, new Map([['i-1', { outcome: 'passed', up: true }]]));
  call('DeregisterTargets', { Targets: [{ Id: 'i-1' }] });
  expect(targets.get('i-1')).toMatchObject({ state: 'draining', drainingUntil: 31_000 });
  expect(call('DescribeTargetHealth')).toMatchObject({
    TargetHealthDescriptions: [{ TargetHealth: { Reason: 'Target.DeregistrationInProgress' } }],
  });
});

test('D1: asked for by id, only those are told, and one that is not registered is unused', () => {
  const { call } = setUp();
  call('RegisterTargets', { Targets: [{ Id: 'i-1' }, { Id: 'i-2' }] });
  expect(call('DescribeTargetHealth', { Targets: [{ Id: 'i-2' }, { Id: 'i-9' }] })).toMatchObject({
    TargetHealthDescriptions: [
      { Target: { Id: 'i-2' }, TargetHealth: { State: 'initial' } },
      { Target: { Id: 'i-9' }, TargetHealth: { State: 'unused', Reason: 'Target.NotRegistered' } },
    ],
  });
});

test.each([
  [`${arn}0`, 'TargetGroupNotFound'],
  ['web', 'ValidationError'],
])('a target group that is not there, %s, is %s', (TargetGroupArn, code) => {
  const { call } = setUp();
  for (const action of ['RegisterTargets', 'DeregisterTargets', 'DescribeTargetHealth']) {
    expect(() => call(action, { TargetGroupArn })).toThrow(expect.objectContaining({ code }));
  }
});
