/** PutWarmPool, DescribeWarmPool and DeleteWarmPool: rule B19. */
import { AwsError } from '../../aws-error';
import type { QueryOutput } from '../../gateway/query-protocol';
import { type Action, groupNamed, groupToChange, nothing } from '../action';
import { isWarmed } from '../capacity';
import { describeInstance } from '../describe';
import { type Input, validationError } from '../input';
import type { PoolState, WarmPool } from '../warm-pool';
import { page } from './page';

export const putWarmPool: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  const { warmPool: before } = group;
  if (before?.deleting) {
    throw validationError(`The warm pool of ${group.name} may not be modified while it is pending delete`);
  }
  const reuse = input.structure('InstanceReusePolicy')?.optionalBoolean('ReuseOnScaleIn');
  group.warmPool = {
    minSize: input.optionalInteger('MinSize', { min: 0, max: 10_000 }) ?? before?.minSize ?? 0,
    maxGroupPreparedCapacity: preparedFrom(input, before),
    poolState: poolStateFrom(input, before),
    reuseOnScaleIn: reuse ?? before?.reuseOnScaleIn,
    deleting: false,
  };
  return nothing;
};

/** -1 takes it back. */
function preparedFrom(input: Input, before: WarmPool | undefined): number | undefined {
  const sent = input.optionalInteger('MaxGroupPreparedCapacity', { min: -1, max: 10_000 });
  if (sent === undefined) return before?.maxGroupPreparedCapacity;
  return sent === -1 ? undefined : sent;
}

function poolStateFrom(input: Input, before: WarmPool | undefined): PoolState {
  const state = input.optionalString('PoolState') ?? before?.poolState ?? 'Stopped';
  if (state === 'Stopped' || state === 'Running') return state;
  throw validationError(
    `The lab's Auto Scaling does not support the pool state ${state}: its machines can be Stopped or Running`,
  );
}

export const describeWarmPool: Action = (input, { region }) => {
  const group = groupNamed(region, input.string('AutoScalingGroupName'));
  const instances = [...group.instances.values()].filter(isWarmed);
  const { items, nextToken } = page(instances, input);
  return {
    WarmPoolConfiguration: group.warmPool && describeWarmPoolConfiguration(group.warmPool),
    Instances: items.map(describeInstance),
    NextToken: nextToken,
  };
};

/** Rule F5. */
export function describeWarmPoolConfiguration(pool: WarmPool): QueryOutput {
  return {
    MinSize: pool.minSize,
    MaxGroupPreparedCapacity: pool.maxGroupPreparedCapacity,
    PoolState: pool.poolState,
    Status: pool.deleting ? 'PendingDelete' : undefined,
    InstanceReusePolicy:
      pool.reuseOnScaleIn === undefined ? undefined : { ReuseOnScaleIn: pool.reuseOnScaleIn },
  };
}

/** Its instances are terminated; the pool is there until they are gone. */
export const deleteWarmPool: Action = (input, { region }) => {
  const group = groupToChange(region, input.string('AutoScalingGroupName'));
  if (group.warmPool === undefined) throw validationError(`No warm pool found for ${group.name}`);
  const has = [...group.instances.values()].some(isWarmed);
  if (has && input.optionalBoolean('ForceDelete') !== true) {
    throw new AwsError('ResourceInUse', `The warm pool of ${group.name} still has instances`);
  }
  if (has || [...group.launches.values()].some(({ toWarmPool }) => toWarmPool))
    group.warmPool.deleting = true;
  else group.warmPool = undefined;
  return nothing;
};
