import {
  type AutoscalingGroup,
  autoscalingGroupInstanceMaintenancePolicyToTerraform,
  autoscalingGroupInstanceRefreshToTerraform,
  autoscalingGroupLaunchTemplateToTerraform,
  autoscalingGroupMixedInstancesPolicyToTerraform,
  autoscalingGroupWarmPoolToTerraform,
} from '@cdktf/provider-aws/lib/autoscaling-group';
import { addGroupMetrics } from './group-metrics';
import { capacityRebalanceOf, mixedInstancesPolicyOf } from './mixed-instances';
import type { DefaultTags } from './private/default-tags';
import { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { timesOf } from './private/times';
import { type AutoscaledServiceProps, serviceDefaults, type WarmPoolProps } from './props';
import { instanceRefreshOf } from './rollout';

export interface GroupBlocksProps
  extends PartProps,
    Pick<AutoscaledServiceProps, 'fleet' | 'rollout' | 'warmupSeconds' | 'healthCheck' | 'observability'> {
  readonly defaultTags: DefaultTags;
  readonly launchTemplate: { readonly id: string; readonly version: string };
}

/**
 * Adds to a group what is a block in it, each as optional as the setting that it is made of. They are written as
 * overrides, since CDKTF has no way to say that a block may be absent at plan.
 */
export function addGroupBlocks(group: AutoscalingGroup, props: GroupBlocksProps): void {
  addTags(group, props);
  addTemplate(group, props);
  addGroupMetrics(group, props.observability);
  const { fleet = {} } = props;

  const warmPool = Option.of(fleet.warmPool);
  warmPool?.addBlock(group, 'warm_pool', warmPoolBlock(warmPool.settings));

  const maintenance = Option.of(fleet.maintenancePolicy);
  const policy = autoscalingGroupInstanceMaintenancePolicyToTerraform(maintenance?.settings);
  maintenance?.addBlock(group, 'instance_maintenance_policy', policy);

  const rollout = Option.of(props.rollout ?? serviceDefaults.rollout);
  const refresh = rollout && instanceRefreshOf(rollout.settings, timesOf(props).rolloutWarmup);
  if (refresh === undefined) return;
  rollout?.addBlock(group, 'instance_refresh', autoscalingGroupInstanceRefreshToTerraform(refresh));
}

/** Every tag reaches the instances. Dynamic, since what the provider's tags are is known to Terraform alone. */
function addTags(group: AutoscalingGroup, props: GroupBlocksProps): void {
  group.addOverride('dynamic.tag', {
    for_each: props.defaultTags.merged(tagsOf(props)),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
    content: { key: '${tag.key}', value: '${tag.value}', propagate_at_launch: true },
  });
}

/** A group has its template by itself, or within a mixed instances policy. */
function addTemplate(group: AutoscalingGroup, { fleet = {}, launchTemplate }: GroupBlocksProps): void {
  const template = autoscalingGroupLaunchTemplateToTerraform(launchTemplate);
  const mixed = Option.of(fleet.mixedInstances);
  if (mixed === undefined) {
    group.addOverride('launch_template', template);
    return;
  }
  const policy = mixedInstancesPolicyOf(mixed.settings, launchTemplate);
  mixed.addBlock(group, 'mixed_instances_policy', autoscalingGroupMixedInstancesPolicyToTerraform(policy));
  mixed.addBlockInstead(group, 'launch_template', template);
  group.addOverride('capacity_rebalance', mixed.orNull(String(capacityRebalanceOf(mixed.settings))));
}

function warmPoolBlock({ minSize = 0, maxPreparedCapacity, reuseOnScaleIn = false }: WarmPoolProps): object {
  return autoscalingGroupWarmPoolToTerraform({
    poolState: 'Stopped',
    minSize,
    maxGroupPreparedCapacity: maxPreparedCapacity,
    instanceReusePolicy: { reuseOnScaleIn },
  });
}
