import { type Check, object, oneOf, refuse, text, wholeNumber, yesOrNo } from '../private/shape';

/**
 * Which instance a request goes to.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export interface RoutingProps {
  /**
   * `round_robin`: one after the other. `least_outstanding_requests`: the instance with the fewest open ones, where
   * some requests take much longer than others. `weighted_random`: evenly in no order, and with `anomalyMitigation` fewer
   * to an instance that answers with more errors than the rest.
   * @default round_robin
   */
  readonly algorithm?: 'round_robin' | 'least_outstanding_requests' | 'weighted_random';
  /** Whether `weighted_random` spares anomalous instances. @default true with `weighted_random` */
  readonly anomalyMitigation?: boolean;
  /**
   * Seconds in which a new instance's share of the requests grows to its full size: 0 for none, or 30 to 900. For apps
   * whose caches or compiler have to warm up. Only with `round_robin`.
   * @default 0
   */
  readonly slowStartSeconds?: number;
  /** Keeps a client with its instance. An instance that leaves takes its clients' sessions along. @default - none */
  readonly stickiness?: StickinessProps;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#sticky-sessions */
export interface StickinessProps {
  /** Seconds until a client may be sent elsewhere: 1 to 604800, a week. @default 86400 */
  readonly durationSeconds?: number;
  /**
   * The cookie of the app that a session hangs on, so that it ends with the app's own; the balancer adds one of its own.
   * @default - none: a cookie of the balancer's alone
   */
  readonly cookieName?: string;
}

export const routingDefaults = { algorithm: 'round_robin', slowStartSeconds: 0 } as const;
export const stickinessDefaults = { durationSeconds: 86400 } as const;

const slowStart: Check = (value, at, isReference) => {
  if (value === 0) return;
  if (typeof value !== 'number' || value < 30) refuse('SettingOutOfRange', at, value, '0, or 30 to 900');
  wholeNumber(30, 900)(value, at, isReference);
};

const cookieName: Check = (value, at, isReference) => {
  text('the name of a cookie', /^[!#$%&'*+.^_`|~\w-]{1,4096}$/)(value, at, isReference);
  if (/^AWSALB(APP|TG)?$/.test(String(value))) {
    refuse('InvalidSetting', at, value, 'a cookie of the app; the load balancer sets this one itself');
  }
};

const routing = object(
  {},
  {
    algorithm: oneOf(['round_robin', 'least_outstanding_requests', 'weighted_random']),
    anomalyMitigation: yesOrNo,
    slowStartSeconds: slowStart,
    stickiness: object({}, { durationSeconds: wholeNumber(1, 604_800), cookieName }),
  },
);

export const checkRouting: Check = (value, at, isReference) => {
  routing(value, at, isReference);
  const {
    algorithm = routingDefaults.algorithm,
    anomalyMitigation,
    slowStartSeconds,
  } = value as RoutingProps;
  if (anomalyMitigation && algorithm !== 'weighted_random') {
    refuse(
      'ContradictingSettings',
      `${at}.anomalyMitigation`,
      true,
      'left out unless algorithm is "weighted_random"',
    );
  }
  if (slowStartSeconds && algorithm !== 'round_robin') {
    refuse(
      'ContradictingSettings',
      `${at}.slowStartSeconds`,
      slowStartSeconds,
      `0 with ${algorithm}, which has no slow start`,
    );
  }
};
