/** What each instance of the lab finds in its metadata, put together from what is known of it. */
import { isTerminating, isWarmed } from '../autoscaling/capacity';
import type { LifecycleState, Region } from '../autoscaling/model';
import { settledState } from '../autoscaling/warm-pool';
import type { Faults } from '../faults';
import type { Roles } from '../gateway/permissions/roles';
import type { MachineSpec } from '../machines/machine';
import type { CredentialStore, RoleCredentials } from './credentials';
import type { InstanceView } from './instance-view';

export interface InstancesOptions {
  readonly region: Region;
  readonly roles: Roles;
  readonly credentials: CredentialStore;
  readonly faults: Faults;
}

export class Instances {
  constructor(private readonly options: InstancesOptions) {}

  async view(spec: MachineSpec): Promise<InstanceView> {
    const { region, faults } = this.options;
    const { instanceId, instanceType, imageId, zone, privateIp, userData } = spec;
    return {
      instanceId,
      instanceType,
      imageId,
      accountId: region.accountId,
      region: region.name,
      zone,
      privateIp,
      userData,
      credentials: await this.#credentials(spec),
      lifecycleState: this.#lifecycleState(instanceId),
      spotNotice: faults.spotNotice(instanceId),
    };
  }

  /** In the warm pool, what the pool will have it be. */
  #lifecycleState(instanceId: string): LifecycleState | undefined {
    for (const group of this.options.region.groups.values()) {
      const instance = group.instances.get(instanceId);
      if (instance === undefined) continue;
      const inPool = instance.returnsToPool || (isWarmed(instance) && !isTerminating(instance));
      return inPool ? settledState(group) : instance.state;
    }
    return undefined;
  }

  async #credentials({ instanceId, instanceProfile }: MachineSpec): Promise<RoleCredentials | undefined> {
    const { roles, credentials, faults } = this.options;
    if (instanceProfile === undefined || faults.active('missing-credentials') !== undefined) return undefined;
    const role = await roles.roleOf(instanceProfile);
    return role === undefined ? undefined : credentials.issue(instanceId, role);
  }
}
