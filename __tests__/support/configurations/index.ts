import type { Configuration } from './configuration';
import { fleetConfigurations } from './fleet';
import { imageConfigurations } from './image';
import { loadBalancerConfigurations } from './load-balancer';
import { observabilityConfigurations } from './observability';
import { rolloutConfigurations } from './rollout';
import { scalingConfigurations } from './scaling';

export type { Configuration, ServiceOptions } from './configuration';

/** All of them, a list for each part of the topology. */
export const configurations: readonly Configuration[] = [
  ...imageConfigurations,
  ...loadBalancerConfigurations,
  ...fleetConfigurations,
  ...rolloutConfigurations,
  ...scalingConfigurations,
  ...observabilityConfigurations,
];
