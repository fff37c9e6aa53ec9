import type { Configuration } from './configuration';
import { imageConfigurations } from './image';
import { loadBalancerConfigurations } from './load-balancer';

export type { Configuration, ServiceOptions } from './configuration';

/** All of them, a list for each part of the topology. */
export const configurations: readonly Configuration[] = [
  ...imageConfigurations,
  ...loadBalancerConfigurations,
];
