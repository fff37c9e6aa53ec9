// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { type AutoscaledServiceProps, presentIf } from '../../modules';
import { timesOf } from '../../modules/private/times';
import { at, type Block, synthesizeService } from './synthesize';

const label = '${aws_lb.web.arn_suffix}/${aws_lb_target_group.web.arn_suffix}';

function policy(props: Partial<AutoscaledServiceProps>): Block {
  return at(synthesizeService(props), 'aws_autoscaling_policy.web_predictive');
}

describe('a forecast', () => {
  const forecast = (props: Partial<AutoscaledServiceProps>) =>
    policy(props).predictive_scaling_configuration as Block;

  test("only looks ahead until it is asked to scale, with the CPU policy's target", () => {
    expect(forecast({ cpuTarget: 40, scaling: { predictive: {} } })).toEqual({
      mode: 'ForecastOnly',
      scheduling_buffer_time: '300',
      max_capacity_breach_behavior: 'HonorMaxCapacity',
      metric_specification: {
        target_value: 40,
        predefined_metric_pair_specification: { predefined_metric_type: 'ASGCPUUtilization' },
      },
    });
  });

  test.each([
    ['requests', { perTargetPerSecond: 40 }, 'ALBRequestCount', 2400, label],
    ['networkIn', { bytesPerSecond: 10 }, 'ASGNetworkIn', 600, undefined],
    ['networkOut', { bytesPerSecond: 20 }, 'ASGNetworkOut', 1200, undefined],
  ] as const)(
    'of %s wants what the policy that follows them wants',
    (metric, followed, type, target, resource) => {
      const scaling = { [metric]: followed, predictive: { metric } };
      expect(forecast({ scaling }).metric_specification).toEqual({
        target_value: target,
        predefined_metric_pair_specification: {
          predefined_metric_type: type,
          ...(resource === undefined ? {} : { resource_label: resource }),
        },
      });
    },
  );

  test('scales, with a target of its own and beyond the maximum, where it is told to', () => {
    const predictive = {
      mode: 'ForecastAndScale',
      target: 30,
      schedulingBufferSeconds: 900,
      maxCapacityBreachBehavior: 'IncreaseMaxCapacity',
      maxCapacityBuffer: 20,
    } as const;
    expect(forecast({ scaling: { predictive } })).toMatchObject({
      mode: 'ForecastAndScale',
      scheduling_buffer_time: '900',
      max_capacity_breach_behavior: 'IncreaseMaxCapacity',
      max_capacity_buffer: '20',
      metric_specification: { target_value: 30 },
    });
  });

  test.each([
    ["AWS's default while the boot is short", {}, 300],
    ['boot, first check and warm-up', { bootSeconds: 600, warmupSeconds: 100 }, 730],
    ['an hour at most', { bootSeconds: 1800, warmupSeconds: 3600 }, 3599],
    ['its own', { scaling: { predictive: { schedulingBufferSeconds: 200 } } }, 200],
  ])('launches ahead by %s', (_what, props, seconds) => {
    expect(timesOf(props).predictionBuffer).toBe(seconds);
  });
});

test('a forecast may be left to the plan', () => {
  const predictive = presentIf('var.forecast != null', {});
  expect(policy({ scaling: { predictive } }).count).toBe('${var.forecast != null ? 1 : 0}');
});
