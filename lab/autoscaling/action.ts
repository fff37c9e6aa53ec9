/** What every action of the Auto Scaling API is here: a function of its input and the state, given its surroundings. */
import type { Emit } from '../events';
import type { QueryOutput } from '../gateway/query-protocol';
import type { Pace } from '../pace';
import type { Input } from './input';
import { validationError } from './input';
import type { AlarmState, Group, Instance, LaunchTemplateReference, Region, Subnet } from './model';

export interface Surroundings {
  readonly now: number;
  readonly emit: Emit;
  /** A new UUID. */
  readonly newId: () => string;
  readonly pace: Pace;
}

/** What EC2 and Elastic Load Balancing know of the things that an input names; looked up before the action runs. */
export interface Facts {
  /** The input's VPCZoneIdentifier, in its order. */
  readonly subnets?: readonly Subnet[];
  /** Of a mixed instances policy, the policy's. */
  readonly launchTemplate?: LaunchTemplateReference;
  /** In the order of a mixed instances policy's overrides, of which some name none. */
  readonly overrideTemplates?: readonly (LaunchTemplateReference | undefined)[];
  /** ARNs of all target groups; undefined when the input names none. */
  readonly targetGroups?: ReadonlySet<string>;
  /** For an instance refresh. */
  readonly refresh?: RefreshFacts;
  /** Of the alarms that the input names; one that is not in it does not exist. */
  readonly alarmStates?: ReadonlyMap<string, AlarmState>;
}

export interface RefreshFacts {
  /** The launch template of the input's DesiredConfiguration. */
  readonly desired: LaunchTemplateReference | undefined;
  /** The number of the version that the refresh launches. */
  readonly version: string;
  /** The image of the group's own launch template is a Systems Manager parameter. */
  readonly imageByParameter: boolean;
}

export interface ActionContext extends Surroundings {
  readonly region: Region;
  readonly facts: Facts;
}

export type Action = (input: Input, context: ActionContext) => QueryOutput;

export const nothing: QueryOutput = {};

export function groupNamed(region: Region, name: string): Group {
  const group = region.groups.get(name);
  if (group === undefined) throw validationError('AutoScalingGroup name not found - null');
  return group;
}

/** For an action that changes it. @throws ValidationError also for a group that is being deleted by force */
export function groupToChange(region: Region, name: string): Group {
  const group = groupNamed(region, name);
  if (group.deleting) {
    throw validationError(`The AutoScaling group ${name} may not be modified while it is pending delete`);
  }
  return group;
}

/** The instance and its group. @throws ValidationError for an instance that is in no group. */
export function instanceWithId(region: Region, id: string): { group: Group; instance: Instance } {
  for (const group of region.groups.values()) {
    const instance = group.instances.get(id);
    if (instance !== undefined) return { group, instance };
  }
  throw validationError(`Instance Id not found - No managed instance found for instance ID: ${id}`);
}
