import { isBurstable } from '../private/architecture';
import { type Check, object, oneOfNumbers, refuse, yesOrNo } from '../private/shape';
import { type AlarmsProps, checkAlarms } from './alarms';
import type { AutoscaledServiceProps } from './service';

/**
 * What CloudWatch tells of the service.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/WhatIsCloudWatch.html
 */
export interface ObservabilityProps {
  /** Alarms, and whom they tell. @default - none */
  readonly alarms?: AlarmsProps;
  /** One look at the service. @default - none */
  readonly dashboard?: DashboardProps;
  /**
   * Whether the group puts its own sizes once a minute; AWS asks nothing for it.
   * @default true
   * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html
   */
  readonly groupMetrics?: boolean;
}

/**
 * Requests, latency, answers by status, healthy hosts, capacity, CPU and alarms, named after service and region: a
 * dashboard's name is the account's.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
 */
export interface DashboardProps {
  /** Seconds of each point: 60 or 300. @default 60 */
  readonly periodSeconds?: 60 | 300;
}

export const observabilityDefaults = { groupMetrics: true } as const;
export const dashboardDefaults = { periodSeconds: 60 } as const;

export const checkObservability: Check = object(
  {},
  {
    alarms: checkAlarms,
    dashboard: object({}, { periodSeconds: oneOfNumbers([60, 300]) }),
    groupMetrics: yesOrNo,
  },
);

type Settings = Pick<AutoscaledServiceProps, 'fleet'>;

/**
 * What of observability contradicts the settings beside it.
 * @param instanceType in force where the settings name none
 * @param at where its settings stand, in front of their names in a message
 */
export function checkObservabilityTogether(
  { alarms = {}, groupMetrics }: ObservabilityProps,
  { fleet, instanceType }: Settings & { readonly instanceType: string },
  at: string,
): void {
  const { atMaximum, cpuCredits } = alarms;
  if (groupMetrics === false && atMaximum !== undefined && atMaximum !== 'none') {
    const allowed = `"none" where ${at}.groupMetrics is false: it compares two of them`;
    refuse('SettingsExclude', `${at}.alarms.atMaximum`, atMaximum, allowed);
  }
  if (cpuCredits === undefined) return;
  const mixed = fleet?.mixedInstances;
  const types = mixed?.instanceTypes?.map((each) => each.instanceType) ?? [instanceType];
  if (mixed?.requirements !== undefined || types.some(isBurstable)) return;
  refuse(
    'SettingsExclude',
    `${at}.alarms.cpuCredits`,
    cpuCredits,
    `absent with ${types.join(', ')}, which has no CPU credits: t2, t3, t3a and t4g do`,
  );
}
