/**
 * The settings of a service: types, defaults and what is refused, a file for each part of the topology. Nothing here
 * loads CDKTF, so that a program can read settings without paying for it.
 */
export * from './access';
export * from './alarms';
export * from './defaults';
export * from './domain';
export * from './environment';
export * from './fleet';
export * from './health-check';
export * from './https';
export * from './image';
export * from './instance-requirements';
export * from './listener-rule';
export * from './load-balancer';
export * from './logs';
export * from './metric';
export * from './mixed-instances';
export * from './network';
export * from './observability';
export * from './placement';
export * from './predictive-scaling';
export * from './rollout';
export * from './routing';
export * from './scaling';
export * from './schedule';
export * from './service';
export * from './source';
export * from './tags';
export * from './tracking';
export * from './volumes';
