import type { Configuration } from './configuration';
import { fleetConfigurations } from './fleet';
import { imageConfigurations } from './image';
import { loadBalancerConfigurations } from './load-balancer';
import { rolloutConfigurations } from './rollout';

export type { Configuration, ServiceOptions } from './configuration';

/** All of them, a list for each part of the topology. */
export const configurations: readonly Configuration[] = [
  ...imageConfigurations,
  ...loadBalancerConfigurations,
  ...fleetConfigurations,
  ...rolloutConfigurations,
];
