/** TargetTrackingConfiguration, read and checked: rules A1 to A4. */
import { type Input, validationError } from '../input';
import { checkExpressions } from '../metric-math';
import type { Group } from '../model';
import type { TargetTrackingPolicy } from '../policies';
import {
  type CustomizedTracking,
  type MetricPeriod,
  type MetricQuery,
  type MetricStat,
  metricPeriod,
  metricPeriods,
  type PredefinedTracking,
  predefinedMetrics,
  statistics,
  type TrackedMetric,
} from '../tracked-metric';

type Tracking = Pick<TargetTrackingPolicy, 'metric' | 'targetValue' | 'disableScaleIn'>;

/** @throws ValidationError */
export function trackingFrom(input: Input, group: Group): Tracking {
  const tracking = input.structure('TargetTrackingConfiguration');
  if (tracking === undefined) {
    throw validationError('TargetTrackingConfiguration is required for policy type TargetTrackingScaling');
  }
  const targetValue = tracking.optionalNumber('TargetValue');
  if (targetValue === undefined || targetValue <= 0) {
    throw validationError(`Target value must be greater than 0, not ${targetValue ?? 'null'}`);
  }
  return {
    metric: metricFrom(tracking, group),
    targetValue,
    disableScaleIn: tracking.optionalBoolean('DisableScaleIn') ?? false,
  };
}

function metricFrom(tracking: Input, group: Group): TrackedMetric {
  const predefined = tracking.structure('PredefinedMetricSpecification');
  const customized = tracking.structure('CustomizedMetricSpecification');
  if ((predefined === undefined) === (customized === undefined)) {
    throw validationError(
      'Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification is required',
    );
  }
  if (predefined !== undefined) return predefinedFrom(predefined, group);
  if (customized !== undefined) return customizedFrom(customized);
  throw new Error('one of the two is there');
}

function predefinedFrom(specification: Input, group: Group): PredefinedTracking {
  const name = specification.string('PredefinedMetricType');
  const type = predefinedMetrics.find((known) => known === name);
  if (type === undefined) {
    throw validationError(
      `The lab's Auto Scaling does not follow ${name}, only ${predefinedMetrics.join(', ')}`,
    );
  }
  const resourceLabel = specification.optionalString('ResourceLabel');
  if (type === 'ALBRequestCountPerTarget') checkLabel(resourceLabel, group);
  else if (resourceLabel !== undefined) {
    throw validationError(`ResourceLabel belongs to ALBRequestCountPerTarget, not to ${type}`);
  }
  return { kind: 'predefined', type, resourceLabel };
}

/** Rule A1: it names a load balancer and one of the group's target groups. */
function checkLabel(label: string | undefined, group: Group): void {
  const [, targetGroup] = /^app\/[^/]+\/[^/]+\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? '') ?? [];
  if (targetGroup === undefined) {
    throw validationError(
      `ResourceLabel ${label ?? 'null'} is not of the form ` +
        'app/<load balancer>/<id>/targetgroup/<target group>/<id>, which ALBRequestCountPerTarget needs',
    );
  }
  if ([...group.attachments.keys()].some((arn) => arn.endsWith(`:${targetGroup}`))) return;
  throw validationError(`The target group of ResourceLabel ${label} is not attached to ${group.name}`);
}

function customizedFrom(specification: Input): CustomizedTracking {
  const structures = specification.structures('Metrics');
  if (structures.length === 0) {
    const stat = statFrom(specification, specification, 'Statistic');
    const period = periodFrom(specification);
    const queries = [{ id: 'm1', source: { stat }, returnData: true }];
    return { kind: 'customized', queries, period, specification: specification.raw };
  }
  if (specification.has('MetricName') || specification.has('Statistic')) {
    throw validationError('CustomizedMetricSpecification holds either Metrics or a single metric, not both');
  }
  const queries = structures.map(queryFrom);
  checkExpressions(queries);
  const periods = new Set(
    structures.flatMap((query) => [query.structure('MetricStat') ?? []].flat().map(periodFrom)),
  );
  const [period = metricPeriod, another] = periods;
  if (another !== undefined) {
    throw validationError(`All metrics of a policy need the same Period, not ${[...periods].join(' and ')}`);
  }
  return { kind: 'customized', queries, period, specification: specification.raw };
}

/** Rule A3: an expression or a metric, not both. */
function queryFrom(query: Input): MetricQuery {
  const id = query.string('Id');
  const expression = query.optionalString('Expression');
  const stat = query.structure('MetricStat');
  if ((expression === undefined) === (stat === undefined)) {
    throw validationError(`Metric ${id} needs either Expression or MetricStat`);
  }
  const metric = stat?.structure('Metric');
  if (stat !== undefined && metric === undefined) throw validationError(`MetricStat of ${id} needs Metric`);
  return {
    id,
    source:
      stat !== undefined && metric !== undefined
        ? { stat: statFrom(metric, stat, 'Stat') }
        : { expression: expression ?? '' },
    returnData: query.optionalBoolean('ReturnData') ?? true,
  };
}

function statFrom(metric: Input, stat: Input, statisticMember: 'Stat' | 'Statistic'): MetricStat {
  const name = stat.string(statisticMember);
  const statistic = statistics.find((known) => known === name);
  if (statistic === undefined) {
    throw validationError(
      `The lab's Auto Scaling does not support the statistic ${name}, only ${statistics.join(', ')}`,
    );
  }
  return {
    namespace: metric.string('Namespace'),
    name: metric.string('MetricName'),
    dimensions: metric
      .structures('Dimensions')
      .map((dimension) => ({ name: dimension.string('Name'), value: dimension.string('Value') })),
    statistic,
    unit: stat.optionalString('Unit'),
  };
}

/** Rule A4. */
function periodFrom(stat: Input): MetricPeriod {
  const sent = stat.optionalInteger('Period') ?? metricPeriod;
  const period = metricPeriods.find((known) => known === sent);
  if (period !== undefined) return period;
  throw validationError(`Period must be one of ${metricPeriods.join(', ')} seconds, not ${sent}`);
}
