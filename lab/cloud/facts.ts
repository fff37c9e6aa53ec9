/** What EC2, Elastic Load Balancing and CloudWatch know of the things that an action's input names. */
import type { Facts, RefreshFacts } from '../autoscaling/action';
import type { Input } from '../autoscaling/input';
import type { AlarmState, LaunchTemplateReference, Region } from '../autoscaling/model';
import type { Compute } from './compute';
import type { LoadBalancing } from './load-balancing';

export interface Sources {
  readonly region: Region;
  readonly compute: Compute;
  readonly loadBalancing: () => Promise<LoadBalancing>;
  readonly alarmStates: (names: readonly string[]) => Promise<ReadonlyMap<string, AlarmState>>;
}

/** Nothing is asked that the input does not name. */
export async function factsFor(action: string, input: Input, sources: Sources): Promise<Facts> {
  const { compute, loadBalancing } = sources;
  const subnetIds = (input.optionalString('VPCZoneIdentifier') ?? '').split(',').filter((id) => id !== '');
  const mixed = input.structure('MixedInstancesPolicy')?.structure('LaunchTemplate');
  const template = input.structure('LaunchTemplate') ?? mixed?.structure('LaunchTemplateSpecification');
  const namesTargetGroups = input.has('TargetGroupARNs') || input.has('TrafficSources');
  return {
    ...(subnetIds.length === 0 ? {} : { subnets: await compute.subnets(subnetIds) }),
    ...(template === undefined ? {} : { launchTemplate: await compute.launchTemplate(template) }),
    ...(mixed === undefined ? {} : { overrideTemplates: await overrideTemplates(mixed, compute) }),
    ...(namesTargetGroups ? { targetGroups: new Set((await loadBalancing()).targetGroups.keys()) } : {}),
    ...(action === 'StartInstanceRefresh' ? await factsForRefresh(input, sources) : {}),
  };
}

function overrideTemplates(mixed: Input, compute: Compute): Promise<(LaunchTemplateReference | undefined)[]> {
  return Promise.all(
    mixed.structures('Overrides').map(async (override) => {
      const own = override.structure('LaunchTemplateSpecification');
      return own && compute.launchTemplate(own);
    }),
  );
}

async function factsForRefresh(input: Input, { region, compute, alarmStates }: Sources): Promise<Facts> {
  const alarms = input.structure('Preferences')?.structure('AlarmSpecification')?.strings('Alarms') ?? [];
  const group = region.groups.get(input.optionalString('AutoScalingGroupName') ?? '');
  if (group === undefined) return {};
  const named = input.structure('DesiredConfiguration')?.structure('LaunchTemplate');
  const desired = named && (await compute.launchTemplate(named));
  const own = await compute.templateVersion(group.launchTemplate);
  const launched = desired === undefined ? own : await compute.templateVersion(desired);
  const refresh: RefreshFacts = {
    desired,
    version: launched.version,
    imageByParameter: own.data.ImageId?.startsWith('resolve:ssm:') === true,
  };
  return { refresh, ...(alarms.length === 0 ? {} : { alarmStates: await alarmStates(alarms) }) };
}
