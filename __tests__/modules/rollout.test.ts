import type { RolloutProps } from '../../modules';
import { timesOf } from '../../modules/private/times';
import { at, synthesizeService } from './synthesize';

const refresh = (rollout: RolloutProps, more: object = {}) =>
  at(
    synthesizeService({ rollout: { strategy: 'refresh', ...rollout }, ...more }),
    'aws_autoscaling_group.web',
  ).instance_refresh;

test('a rollout launches first, leaves what is new already, and counts an instance when it has warmed up', () => {
  expect(refresh({})).toEqual({
    strategy: 'Rolling',
    preferences: {
      min_healthy_percentage: 100,
      max_healthy_percentage: 110,
      instance_warmup: '90',
      skip_matching: true,
      scale_in_protected_instances: 'Refresh',
      standby_instances: 'Ignore',
    },
  });
});

test('a rollout is what its settings say, and a setting given as undefined is absent', () => {
  const settings: RolloutProps = {
    minHealthyPercentage: 90,
    maxHealthyPercentage: undefined,
    warmupSeconds: 120,
    checkpointPercentages: [20, 100],
    checkpointDelaySeconds: 600,
    alarms: ['errors'],
    skipMatching: false,
    scaleInProtectedInstances: 'Wait',
    standbyInstances: 'Terminate',
  };
  expect(refresh(settings)).toEqual({
    strategy: 'Rolling',
    preferences: {
      min_healthy_percentage: 90,
      max_healthy_percentage: 110,
      instance_warmup: '120',
      checkpoint_percentages: [20, 100],
      checkpoint_delay: '600',
      alarm_specification: { alarms: ['errors'] },
      skip_matching: false,
      scale_in_protected_instances: 'Wait',
      standby_instances: 'Terminate',
    },
  });
});

test('a rollout never rolls back by itself: Terraform has given the group the new version by then', () => {
  expect(JSON.stringify(refresh({ alarms: ['errors'] }))).not.toContain('rollback');
});

test('with none, instances keep what they have', () => {
  const none = synthesizeService({ rollout: { strategy: 'none' } });
  expect(at(none, 'aws_autoscaling_group.web')).not.toHaveProperty('instance_refresh');
});

test.each([
  ["the group's warm-up", {}, 90],
  ["the group's own warm-up", { warmupSeconds: 200 }, 200],
  ['the grace period where that is longer', { warmupSeconds: 10 }, 60],
  [
    'the grace period of a slow health check',
    { healthCheck: { intervalSeconds: 300, timeoutSeconds: 120 } },
    480,
  ],
  ['its own', { rollout: { warmupSeconds: 75 } }, 75],
])('a rollout waits for %s', (_what, props, seconds) => {
  expect(timesOf(props).rolloutWarmup).toBe(seconds);
});
