import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic';
import { LaunchFailures } from './launch-failures';
import type { Account } from './private/account';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { loadCloudwatchMetricAlarm } from './private/seldom';
import { type AlarmsProps, alarmDefaults, type MetricAlarmProps, resultId } from './props';
import { ServiceError } from './service-error';
import type { ResolvedMetric, ServiceMetrics } from './service-metrics';
import { type Surroundings, standardAlarms } from './standard-alarms';

export interface AlarmsConstructProps extends PartProps, Surroundings {
  readonly account: Account;
  readonly autoscalingGroupName: string;
  readonly metrics: ServiceMetrics;
  readonly alarms: Option<AlarmsProps>;
}

/** What goes wrong, and who is told. */
export class Alarms extends Construct {
  /** Undefined where others were given. */
  readonly topic: AlarmTopic | undefined;
  /** Undefined where `launchFailures` is `none`. */
  readonly launchFailures: LaunchFailures | undefined;
  readonly #byName = new Map<string, CloudwatchMetricAlarm>();
  readonly #arns: string[] = [];
  #thereForSure = false;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsConstructProps,
  ) {
    super(scope, id);
    const { alarms } = props;
    const { launchFailures = {}, metrics = {} } = alarms.settings;
    this.topic = this.addTopic(launchFailures !== 'none');
    if (launchFailures !== 'none') this.launchFailures = this.addLaunchFailures(launchFailures);
    for (const [name, { alarm, presence }] of Object.entries(standardAlarms(alarms.settings, props))) {
      this.add(name, alarm, alarms.within(presence));
    }
    for (const [name, alarm] of Object.entries(metrics)) this.add(name, alarm, alarms.within(alarm));
  }

  /** By the part of the name behind the service's. */
  get byName(): ReadonlyMap<string, CloudwatchMetricAlarm> {
    return this.#byName;
  }

  /** Of all that are there; null for what is absent at plan. */
  get arns(): readonly string[] {
    return this.#arns;
  }

  /** Whether there is an alarm whatever the plan decides. */
  get areThereForSure(): boolean {
    return this.#thereForSure;
  }

  /** @param key of the alarm, part of its name and of Terraform's address */
  add(
    key: string,
    alarm: MetricAlarmProps,
    option: Option<object> | undefined = this.props.alarms.within(alarm),
  ): CloudwatchMetricAlarm {
    const { name } = this.props;
    if (this.#byName.has(key)) {
      throw new ServiceError('DuplicateAlarm', `${name} has an alarm ${key} already; give it another name.`);
    }
    const actions = this.actions();
    const { tellRecovery = alarmDefaults.tellRecovery } = this.props.alarms.settings;
    const resource = new (loadCloudwatchMetricAlarm())(this, key, {
      alarmName: `${name}-${key}`,
      alarmDescription: alarm.description,
      comparisonOperator: alarm.comparison ?? alarmDefaults.metric.comparison,
      threshold: alarm.threshold,
      evaluationPeriods: alarm.periods ?? alarmDefaults.metric.periods,
      datapointsToAlarm: alarm.datapoints,
      treatMissingData: alarm.missingData ?? alarmDefaults.metric.missingData,
      ...measureOf(alarm, this.props.metrics),
      alarmActions: actions,
      okActions: tellRecovery ? actions : undefined,
      tags: tagsOf(this.props, key),
    });
    addressed(name, option?.gated(resource) ?? resource, key);
    this.#byName.set(key, resource);
    if (option?.condition === undefined) this.#thereForSure = true;
    this.#arns.push(option?.attribute(resource, 'arn') ?? resource.arn);
    return resource;
  }

  private addTopic(events: boolean): AlarmTopic | undefined {
    const { alarms } = this.props;
    const { topicArns, actionArns, topic } = alarms.settings;
    const others = topicArns !== undefined || actionArns !== undefined;
    const option = alarms.within(topic ?? (others ? undefined : {}));
    return option && new AlarmTopic(this, 'Topic', { ...this.props, topic: option, events });
  }

  private addLaunchFailures(settings: object): LaunchFailures | undefined {
    const { alarms } = this.props;
    const failures = alarms.within(settings);
    const { topic, topicArns = {} } = alarms.settings;
    const part = 'launch_failures';
    const given = Object.entries(topicArns).map(([short, arn]) => ({
      part: `${part}_${short}`,
      arn,
      settings: {},
    }));
    const own = this.topic && [{ part, arn: this.topic.topicArn, settings: topic ?? {} }];
    const topics = [...(own ?? []), ...given];
    // Nobody to tell: an alarm's other actions take no events.
    if (failures === undefined || topics.length === 0) return undefined;
    return new LaunchFailures(this, 'LaunchFailures', { ...this.props, failures, topics });
  }

  private actions(): string[] {
    const { topicArns = {}, actionArns = [], topic } = this.props.alarms.settings;
    const others = [...Object.values(topicArns), ...actionArns];
    if (this.topic === undefined) return others;
    const all = [this.topic.topicArn, ...others];
    // A topic that is absent at plan is null here.
    const optional = topic !== undefined && this.props.alarms.within(topic)?.condition !== undefined;
    return optional ? Token.asList(Fn.compact(all)) : all;
  }
}

/** One metric by its own arguments, several as queries of which the expression alone is returned. */
function measureOf({ measure, periodSeconds }: MetricAlarmProps, metrics: ServiceMetrics) {
  const period = periodSeconds ?? alarmDefaults.metric.periodSeconds;
  if (!('expression' in measure)) return metricArguments(metrics.resolve(measure), period);
  return {
    metricQuery: [
      { id: resultId, expression: measure.expression, label: measure.expression, returnData: true },
      ...Object.entries(measure.metrics).map(([id, metric]) => {
        const { namespace, metricName, dimensions, statistic: stat, unit } = metrics.resolve(metric);
        return { id, metric: { namespace, metricName, dimensions, stat, unit, period } };
      }),
    ],
  };
}

function metricArguments(metric: ResolvedMetric, period: number) {
  const { namespace, metricName, dimensions, statistic, unit } = metric;
  const isStandard = /^[A-Z][a-zA-Z]+$/.test(statistic) && statistic !== 'IQM';
  return {
    namespace,
    metricName,
    dimensions,
    period,
    unit,
    ...(isStandard ? { statistic } : { extendedStatistic: statistic, ...fewSamples }),
  };
}

/** A percentile of a handful of requests says nothing. */
const fewSamples = { evaluateLowSampleCountPercentiles: 'ignore' } as const;
