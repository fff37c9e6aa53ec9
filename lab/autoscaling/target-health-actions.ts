/** The three actions of the Elastic Load Balancing API that are about registrations and their health (section D). */
import { AwsError } from '../aws-error';
import type { QueryOutput } from '../gateway/query-protocol';
import { type Input, validationError } from './input';
import { deregisterTarget, registerTarget, type Target, type TargetGroups, targetsOf } from './targets';

/** What ELBv2 knows of a target group. */
export interface TargetGroupFacts {
  readonly port: number;
  /** Seconds. */
  readonly deregistrationDelay: number;
}

export interface TargetHealthContext {
  readonly now: number;
  readonly targetGroups: TargetGroups;
  readonly facts: ReadonlyMap<string, TargetGroupFacts>;
  /** Whether EC2 has such an instance, running. */
  readonly isRunning: (instanceId: string) => boolean;
}

export type TargetHealthAction = (input: Input, context: TargetHealthContext) => QueryOutput;

const registerTargets: TargetHealthAction = (input, context) => {
  const { arn, facts } = targetGroupIn(input, context);
  const targets = input.structures('Targets');
  const absent = targets.find((target) => !context.isRunning(target.string('Id')));
  if (absent !== undefined) {
    throw new AwsError(
      'InvalidTarget',
      `The following targets are not in a running state: '${absent.string('Id')}'`,
    );
  }
  for (const target of targets) {
    const port = target.optionalInteger('Port') ?? facts.port;
    registerTarget(context.targetGroups, arn, target.string('Id'), port);
  }
  return {};
};

const deregisterTargets: TargetHealthAction = (input, context) => {
  const { arn, facts } = targetGroupIn(input, context);
  for (const target of input.structures('Targets')) {
    deregisterTarget(context.targetGroups, arn, target.string('Id'), context.now, facts.deregistrationDelay);
  }
  return {};
};

/** Targets that are named and not registered are shown as `unused`. */
const describeTargetHealth: TargetHealthAction = (input, context) => {
  const { arn, facts } = targetGroupIn(input, context);
  const registered = targetsOf(context.targetGroups, arn);
  const named = input.structures('Targets').map((target) => target.string('Id'));
  const shown =
    named.length === 0
      ? [...registered.values()]
      : named.map((id) => registered.get(id) ?? stranger(id, facts.port));
  return {
    TargetHealthDescriptions: shown.map(({ id, port, state, reason, description }) => ({
      Target: { Id: id, Port: port },
      HealthCheckPort: String(port),
      TargetHealth: { State: state, Reason: reason, Description: description },
    })),
  };
};

function stranger(id: string, port: number): Target {
  return {
    id,
    port,
    state: 'unused',
    reason: 'Target.NotRegistered',
    description: 'Target is not registered to the target group',
    drainingUntil: undefined,
  };
}

function targetGroupIn(
  input: Input,
  { facts }: TargetHealthContext,
): { arn: string; facts: TargetGroupFacts } {
  const arn = input.string('TargetGroupArn');
  const known = facts.get(arn);
  if (known === undefined) {
    if (!arn.startsWith('arn:')) throw validationError(`'${arn}' is not a valid target group ARN`);
    throw new AwsError('TargetGroupNotFound', `Target groups '${arn}' not found`);
  }
  return { arn, facts: known };
}

export const targetHealthActions: ReadonlyMap<string, TargetHealthAction> = new Map([
  ['RegisterTargets', registerTargets],
  ['DeregisterTargets', deregisterTargets],
  ['DescribeTargetHealth', describeTargetHealth],
]);
