import { healthCheckDefaults } from './health-check';
import { httpsDefaults } from './https';
import { imageDefaults } from './image';
import { loadBalancerDefaults } from './load-balancer';
import { networkDefaults } from './network';
import { observabilityDefaults } from './observability';
import { rolloutDefaults } from './rollout';
import { routingDefaults } from './routing';
import { scalingDefaults } from './scaling';

/** The defaults of every setting, for everybody who states one. */
export const serviceDefaults = {
  instanceType: 't3.micro',
  minCapacity: 1,
  maxCapacity: 2,
  cpuTarget: 50,
  warmupSeconds: 90,
  bootSeconds: 150,
  release: '.release',
  outboundNetwork: 'allowed',
  deregistrationDelaySeconds: 30,
  rootVolumeGiB: 8,
  network: networkDefaults,
  image: imageDefaults,
  loadBalancer: loadBalancerDefaults,
  https: httpsDefaults,
  routing: routingDefaults,
  healthCheck: healthCheckDefaults,
  rollout: rolloutDefaults,
  scaling: scalingDefaults,
  observability: observabilityDefaults,
} as const;
