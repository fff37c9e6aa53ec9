import { Token } from 'cdktf';
import fc from 'fast-check';
import { AutoscaledService } from '../../modules';
import { checkService } from '../../modules/props';
import { fromEverywhere } from '../support/security/control';
import { invalidServices, validServices, wrongSettings } from '../support/settings-arbitrary';
import { type Configuration, synthesize } from './synthesize';

/** Without a seed of its own, so that each run looks elsewhere; a failure prints seed and path to look again. */
const runs = { numRuns: 25 };

const synthesizeRandom = fc.constant((service: ConstructorParameters<typeof AutoscaledService>[2]) =>
  synthesize((stack) => {
    new AutoscaledService(stack, 'Service', service);
  }),
);

function holdsForEveryService(property: (configuration: Configuration) => void): void {
  fc.assert(
    fc.property(validServices, synthesizeRandom, (service, synthesizeService) => {
      property(synthesizeService(service));
    }),
    runs,
  );
}

const values = ({ resource }: Configuration, type: string) => Object.values(resource[type] ?? {});

/** Every reference to a resource or data source, such as `aws_lb.web` or `data.aws_region.web`. */
function referencesIn(configuration: Configuration): string[] {
  const expressions = JSON.stringify(configuration).match(/\$\{[^}]*\}/g) ?? [];
  return expressions.flatMap((expression) => expression.match(/\b(?:data\.)?aws_\w+\.\w+/g) ?? []);
}

/** https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html and each resource's own page */
const longest: readonly (readonly [type: string, argument: string, length: number])[] = [
  ['aws_lb', 'name', 32],
  ['aws_lb_target_group', 'name', 32],
  ['aws_autoscaling_group', 'name', 255],
  ['aws_launch_template', 'name', 128],
  ['aws_security_group', 'name', 255],
  ['aws_iam_role', 'name_prefix', 38],
  ['aws_iam_instance_profile', 'name_prefix', 38],
  ['aws_s3_bucket', 'bucket_prefix', 37],
  ['aws_autoscaling_policy', 'name', 255],
  ['aws_autoscaling_schedule', 'scheduled_action_name', 255],
  ['aws_cloudwatch_metric_alarm', 'alarm_name', 255],
  ['aws_cloudwatch_event_rule', 'name', 64],
  ['aws_cloudwatch_event_target', 'target_id', 64],
  ['aws_sns_topic', 'name', 256],
];

describe('of whatever settings are taken', () => {
  test('a service is synthesized in which every reference leads somewhere', () => {
    holdsForEveryService((configuration) => {
      const { resource, data } = configuration;
      const references = referencesIn(configuration);
      expect(references.length).toBeGreaterThan(30);
      for (const reference of references) {
        const [name = '', type = '', isData] = reference.split('.').reverse();
        expect([reference, (isData === undefined ? resource : data)[type]?.[name]]).toEqual([
          reference,
          expect.anything(),
        ]);
      }
    });
  }, 60_000);

  test('nobody reaches an instance but the load balancer and who was named', () => {
    holdsForEveryService((configuration) => {
      for (const rule of values(configuration, 'aws_vpc_security_group_ingress_rule')) {
        const isInstances = String(rule.security_group_id).includes('_instances.id');
        expect(isInstances && fromEverywhere(rule)).toBe(false);
      }
    });
  }, 60_000);

  test('every target group has the group behind it and a listener in front', () => {
    holdsForEveryService((configuration) => {
      const groups = JSON.stringify(values(configuration, 'aws_autoscaling_group'));
      const front = JSON.stringify([
        ...values(configuration, 'aws_lb_listener'),
        ...values(configuration, 'aws_lb_listener_rule'),
      ]);
      for (const name of Object.keys(configuration.resource.aws_lb_target_group ?? {})) {
        expect(groups).toContain(`aws_lb_target_group.${name}.arn`);
        expect(front).toContain(`aws_lb_target_group.${name}.arn`);
      }
    });
  }, 60_000);

  test('no name is longer than AWS takes', () => {
    holdsForEveryService((configuration) => {
      for (const [type, argument, length] of longest) {
        for (const block of values(configuration, type)) {
          expect(String(block[argument] ?? '').length).toBeLessThanOrEqual(length);
        }
      }
    });
  }, 60_000);
});

test('a setting that is wrong is named in the refusal, whatever stands beside it', () => {
  fc.assert(
    fc.property(invalidServices, ({ path, service }) => {
      expect(() => checkService(service, '', Token.isUnresolved)).toThrow(
        expect.objectContaining({ name: 'ServiceError', message: expect.stringContaining(path) }),
      );
    }),
    { numRuns: 500 },
  );
  expect(wrongSettings.length).toBeGreaterThanOrEqual(28);
});
