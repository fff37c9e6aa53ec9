import { AutoscalingPolicy } from '@cdktf/provider-aws/lib/autoscaling-policy';
import { Construct } from 'constructs';
import type { Fleet } from './fleet';
import { addressed } from './private/naming';
import { serviceDefaults } from './props';

export interface ScalingProps {
  /** Name of the service. */
  readonly name: string;
  readonly fleet: Fleet;
  /** Percent. @default 50 */
  readonly cpuTarget?: number;
}

/** The fleet follows its average CPU. */
export class Scaling extends Construct {
  readonly policy: AutoscalingPolicy;

  constructor(scope: Construct, id: string, { name, fleet, cpuTarget }: ScalingProps) {
    super(scope, id);
    this.policy = addressed(
      name,
      new AutoscalingPolicy(this, 'CpuPolicy', {
        name: `${name}-cpu`,
        autoscalingGroupName: fleet.autoscalingGroup.name,
        policyType: 'TargetTrackingScaling',
        // No warm-up here: the group's default_instance_warmup holds for this policy and for those to come.
        targetTrackingConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: 'ASGAverageCPUUtilization' },
          targetValue: cpuTarget ?? serviceDefaults.cpuTarget,
        },
        // A group that is replaced takes its policies along, and its name, which is all they refer to, stays.
        lifecycle: { replaceTriggeredBy: [fleet.groupIdentity] },
      }),
      'cpu',
    );
  }
}
