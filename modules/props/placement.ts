import { type Check, hasKey, object, oneOf, text, wholeNumber } from '../private/shape';

export type PlacementProps = OwnPlacementGroupProps | ExistingPlacementGroupProps;

/**
 * A placement group of the service's own. `spread` keeps every instance on a rack of its own, at most 7 in a zone;
 * `partition` keeps partitions on racks of their own; `cluster` packs them together, in one zone.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html
 */
export interface OwnPlacementGroupProps {
  /** Another strategy is another placement group; instances that run stay in theirs, which can't go before them. */
  readonly strategy: 'spread' | 'partition' | 'cluster';
  /** Partitions in each zone: 1 to 7; with `partition` only. @default 2, as AWS has it */
  readonly partitionCount?: number;
}

/**
 * A placement group that exists.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html
 */
export interface ExistingPlacementGroupProps {
  /** Its name. */
  readonly groupName: string;
}

const byStrategy = {
  partition: object({ strategy: oneOf(['partition']) }, { partitionCount: wholeNumber(1, 7) }),
  other: object({ strategy: oneOf(['spread', 'partition', 'cluster']) }),
};
const existing = object({ groupName: text('the name of a placement group') });

export const checkPlacement: Check = (value, at, isReference) => {
  if (hasKey(value, 'groupName')) return existing(value, at, isReference);
  const isPartition = hasKey(value, 'strategy') && Reflect.get(Object(value), 'strategy') === 'partition';
  (isPartition ? byStrategy.partition : byStrategy.other)(value, at, isReference);
};
