import { object, text, wholeNumber } from '../private/shape';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export interface HealthCheckProps {
  /** Path that answers 200 when an instance may get requests. @default /readyz */
  readonly path?: string;
  /**
   * Seconds between two checks of an instance: 5 to 300.
   * @default 10: a new instance needs one passed check, so it waits at most this long; AWS's 30 would triple it
   */
  readonly intervalSeconds?: number;
  /** Seconds for an answer: 2 to 120, below `intervalSeconds`. @default 5 */
  readonly timeoutSeconds?: number;
  /** Checks that an unhealthy instance must pass in a row: 2 to 10. @default 2, the least that AWS takes */
  readonly healthyThreshold?: number;
  /** Checks that a healthy instance must fail in a row: 2 to 10. @default 2: out after some 20 seconds */
  readonly unhealthyThreshold?: number;
}

export const healthCheckDefaults = {
  path: '/readyz',
  intervalSeconds: 10,
  timeoutSeconds: 5,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
} as const;

export const checkHealthCheck = object(
  {},
  {
    path: text('a path that begins with /, of at most 1024 characters', /^\/[!-~]{0,1023}$/),
    intervalSeconds: wholeNumber(5, 300),
    timeoutSeconds: wholeNumber(2, 120),
    healthyThreshold: wholeNumber(2, 10),
    unhealthyThreshold: wholeNumber(2, 10),
  },
);
