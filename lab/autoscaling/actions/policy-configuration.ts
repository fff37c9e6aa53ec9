/** Step, simple and predictive scaling policies, read and checked. */
import { faultIn } from '../adjustments';
import { type Input, validationError } from '../input';
import {
  type AdjustmentType,
  adjustmentTypes,
  type PredictiveScalingPolicy,
  type SimpleScalingPolicy,
  type StepScalingPolicy,
} from '../policies';

/** What a policy is beside its name. */
type Configuration<P> = Omit<P, 'name' | 'arn' | 'enabled'>;

const aggregations = ['Average', 'Minimum', 'Maximum'];

/** Rule A18. @throws ValidationError */
export function stepScalingFrom(input: Input): Configuration<StepScalingPolicy> {
  refuse(input, 'StepScaling', ['ScalingAdjustment', 'Cooldown', 'TargetTrackingConfiguration']);
  const steps = input.structures('StepAdjustments').map((step) => ({
    lower: step.optionalNumber('MetricIntervalLowerBound'),
    upper: step.optionalNumber('MetricIntervalUpperBound'),
    adjustment: step.integer('ScalingAdjustment'),
  }));
  const fault = faultIn(steps);
  if (fault !== undefined) throw validationError(fault);
  const metricAggregationType = input.optionalString('MetricAggregationType') ?? 'Average';
  if (!aggregations.includes(metricAggregationType)) {
    throw validationError(`MetricAggregationType must be one of ${aggregations.join(', ')}`);
  }
  return {
    type: 'StepScaling',
    ...adjustmentFrom(input),
    metricAggregationType,
    estimatedInstanceWarmup: warmupFrom(input),
    steps,
  };
}

/** Rule A15. @throws ValidationError */
export function simpleScalingFrom(input: Input): Configuration<SimpleScalingPolicy> {
  refuse(input, 'SimpleScaling', [
    'StepAdjustments',
    'EstimatedInstanceWarmup',
    'MetricAggregationType',
    'TargetTrackingConfiguration',
  ]);
  return {
    type: 'SimpleScaling',
    ...adjustmentFrom(input),
    adjustment: input.integer('ScalingAdjustment'),
    cooldown: input.optionalInteger('Cooldown', { min: 0, max: 3600 * 24 * 365 }),
  };
}

/** @throws ValidationError */
export function predictiveScalingFrom(input: Input): Configuration<PredictiveScalingPolicy> {
  const configuration = input.structure('PredictiveScalingConfiguration');
  if (configuration === undefined) {
    throw validationError('PredictiveScalingConfiguration is required for policy type PredictiveScaling');
  }
  if (configuration.structures('MetricSpecifications').length !== 1) {
    throw validationError('PredictiveScalingConfiguration needs exactly one of MetricSpecifications');
  }
  const mode = configuration.optionalString('Mode') ?? 'ForecastOnly';
  if (!['ForecastOnly', 'ForecastAndScale'].includes(mode)) {
    throw validationError(`Mode must be ForecastOnly or ForecastAndScale, not ${mode}`);
  }
  return { type: 'PredictiveScaling', configuration: { Mode: mode, ...configuration.raw } };
}

export function warmupFrom(input: Input): number | undefined {
  return input.optionalInteger('EstimatedInstanceWarmup', { min: 0, max: 3600 });
}

function adjustmentFrom(input: Input): {
  adjustmentType: AdjustmentType;
  minAdjustmentMagnitude: number | undefined;
} {
  const name = input.string('AdjustmentType');
  const adjustmentType = adjustmentTypes.find((known) => known === name);
  if (adjustmentType === undefined) {
    throw validationError(`AdjustmentType must be one of ${adjustmentTypes.join(', ')}, not ${name}`);
  }
  const minAdjustmentMagnitude = input.optionalInteger('MinAdjustmentMagnitude');
  if (minAdjustmentMagnitude !== undefined && adjustmentType !== 'PercentChangeInCapacity') {
    throw validationError('MinAdjustmentMagnitude belongs to AdjustmentType PercentChangeInCapacity');
  }
  return { adjustmentType, minAdjustmentMagnitude };
}

function refuse(input: Input, type: string, members: readonly string[]): void {
  const foreign = members.find((member) => input.has(member));
  if (foreign !== undefined) throw validationError(`${foreign} does not belong to policy type ${type}`);
}
