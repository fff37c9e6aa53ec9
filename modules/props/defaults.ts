import { healthCheckDefaults } from './health-check';
import { imageDefaults } from './image';
import { networkDefaults } from './network';

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
  healthCheck: healthCheckDefaults,
} as const;
