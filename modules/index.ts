export { AccessLogs, type AccessLogsConstructProps } from './access-logs';
export { Admission, type AdmissionProps, type AdmittedPort } from './admission';
export { AlarmTopic, type AlarmTopicConstructProps } from './alarm-topic';
export { Alarms, type AlarmsConstructProps } from './alarms';
export { AutoscaledService } from './autoscaled-service';
export { Certificate, type CertificateConstructProps } from './certificate';
export { Dashboard, type DashboardConstructProps } from './dashboard';
export { Domain, type DomainConstructProps } from './domain';
export { Fleet, type FleetConstructProps } from './fleet';
export { Https, type HttpsConstructProps } from './https';
export { Image, type ImageConstructProps } from './image';
export { InstanceRole, type InstanceRoleProps } from './instance-role';
export { InstanceSecurityGroup, type InstanceSecurityGroupProps } from './instance-security-group';
export { LaunchFailures, type LaunchFailuresConstructProps } from './launch-failures';
export { InstanceTemplate, type InstanceTemplateProps } from './launch-template';
export { LoadBalancer, type LoadBalancerConstructProps } from './load-balancer';
export { Logs, type LogsConstructProps } from './logs';
export { Network, type NetworkConstructProps } from './network';
export { Observability, type ObservabilityConstructProps } from './observability';
export { OwnLoadBalancer, type OwnLoadBalancerConstructProps } from './own-load-balancer';
export { Placement, type PlacementConstructProps } from './placement';
export { type Option, presentIf } from './private/option';
export type { PartProps } from './private/part';
export type * from './props';
export {
  logRetentionDays,
  operatingSystems,
  scalingProcesses,
  serviceDefaults,
  terminationPolicies,
} from './props';
export { allowProviderRange } from './provider-range';
export { Release, type ReleaseProps, type StoredObject } from './release';
export { Scaling, type ScalingConstructProps } from './scaling';
export { ServiceError } from './service-error';
export { type GroupMetricName, type ResolvedMetric, ServiceMetrics } from './service-metrics';
export { TargetGroup, type TargetGroupConstructProps } from './target-group';
export { VolumeKey, type VolumeKeyConstructProps } from './volume-key';
