import { PlacementGroup } from '@cdktf/provider-aws/lib/placement-group';
import { Construct } from 'constructs';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import type { PlacementProps } from './props';

export interface PlacementConstructProps extends PartProps {
  readonly placement: Option<PlacementProps>;
}

/** Where on AWS's hardware the instances stand to one another. */
export class Placement extends Construct {
  /** For the group; null where placement is absent at plan. */
  readonly groupName: string;
  /** Undefined where the placement group exists already. */
  readonly placementGroup: PlacementGroup | undefined;

  constructor(scope: Construct, id: string, props: PlacementConstructProps) {
    super(scope, id);
    const { name, placement } = props;
    const { settings } = placement;
    if ('groupName' in settings) {
      this.groupName = placement.orNull(settings.groupName);
      return;
    }
    const { strategy, partitionCount } = settings;
    this.placementGroup = addressed(
      name,
      new PlacementGroup(this, 'PlacementGroup', {
        // Another strategy is another group, made before the old one goes: two of one name can't stand side by side.
        name: `${name}-${strategy}${partitionCount === undefined ? '' : `-${partitionCount}`}`,
        strategy,
        partitionCount,
        tags: tagsOf(props),
        lifecycle: { createBeforeDestroy: true },
      }),
    );
    placement.gated(this.placementGroup);
    this.groupName = placement.attribute(this.placementGroup, 'name');
  }
}
