import { type Check, listOf, mapOf, object, oneOf, refuse, text, wholeNumber } from '../private/shape';
import { ServiceError } from '../service-error';
import { partName } from './source';

/**
 * What the load balancer does with some requests instead of handing them to the service. All conditions that are
 * given must hold; of the values of one, any. AWS takes five values in a rule.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export interface ListenerRuleProps {
  /** 1 to 50000; the lowest rule that fits decides. No two alike. */
  readonly priority: number;
  /** Names such as `admin.example.com` or `*.example.com`. @default - any */
  readonly hosts?: readonly string[];
  /** Paths such as `/admin/*`, with `*` and `?` as wildcards. @default - any */
  readonly paths?: readonly string[];
  /** Methods of HTTP in capitals. @default - any */
  readonly methods?: readonly string[];
  /** Hands the requests to another target group. One of `forward`, `redirect`, `fixedResponse`. @default - none */
  readonly forward?: ForwardProps;
  /** Sends callers elsewhere. @default - none */
  readonly redirect?: RedirectProps;
  /** Answers by itself. @default - none */
  readonly fixedResponse?: FixedResponseProps;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#forward-actions */
export interface ForwardProps {
  /** ARN of the target group. */
  readonly targetGroupArn: string;
  /**
   * Id of its targets' security group, to which the balancer is then allowed to connect. They admit the balancer
   * themselves. @default - allowed elsewhere
   */
  readonly securityGroupId?: string;
  /** Port of the targets, with `securityGroupId`: 1 to 65535. @default 80 */
  readonly port?: number;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
export interface RedirectProps {
  /** Host to go to, such as `www.example.com`. @default - as it was asked */
  readonly host?: string;
  /** Path with `/` in front; `#{path}` is the path that was asked for. @default - as it was asked */
  readonly path?: string;
  /** Without `?`; `#{query}` is what was asked. @default - as it was asked */
  readonly query?: string;
  /** Whether for good (301) or for now (302). @default 302 */
  readonly statusCode?: 301 | 302;
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#fixed-response-actions */
export interface FixedResponseProps {
  /** 200 to 599, but no 3xx. */
  readonly statusCode: number;
  /** At most 1024 characters. @default - none */
  readonly body?: string;
  /** What kind of text the body is. @default text/plain */
  readonly contentType?:
    | 'text/plain'
    | 'text/css'
    | 'text/html'
    | 'application/javascript'
    | 'application/json';
}

export const checkHost = text(
  'a host name of at most 128 characters, * and ? allowed',
  /^[A-Za-z0-9.*?-]{1,128}$/,
);
export const checkPath = text('a path with / in front, of at most 128 characters', /^[/*][!-~]{0,127}$/);

/** AWS counts the values of all conditions of a rule together. */
const mostConditionValues = 5;

/** Refuses a rule that would hold for every request, or has more conditions than AWS takes. */
export function checkConditions(value: object, at: string, isReference: (value: unknown) => boolean): void {
  const conditions = Object.entries(value).filter(
    ([key, each]) => ['hosts', 'paths', 'methods'].includes(key) && each !== undefined,
  );
  if (conditions.length === 0) {
    throw new ServiceError('MissingSetting', `${at} has no condition; give it hosts or paths.`);
  }
  const count = conditions.flatMap(([, each]) =>
    isReference(each) ? [each] : [...(each as unknown[])],
  ).length;
  if (count > mostConditionValues) {
    throw new ServiceError(
      'InvalidSetting',
      `${at} has ${count} values in its conditions; AWS takes ${mostConditionValues} in a rule: make two of it.`,
    );
  }
}

const statusCode: Check = (value, at) => {
  const code = Number(value);
  if (!Number.isInteger(value) || code < 200 || code > 599 || (code >= 300 && code < 400)) {
    refuse('SettingOutOfRange', at, value, '200 to 599, and no 3xx: that is what redirect is for');
  }
};

const redirectCode: Check = (value, at) => {
  if (value !== 301 && value !== 302) refuse('SettingOutOfRange', at, value, '301 or 302');
};

const rule = object(
  { priority: wholeNumber(1, 50_000) },
  {
    hosts: listOf(checkHost, 1),
    paths: listOf(checkPath, 1),
    methods: listOf(text('a method in capitals', /^[A-Z_-]{1,40}$/), 1),
    forward: object(
      {
        targetGroupArn: text(
          'the ARN of a target group',
          /^arn:[\w-]+:elasticloadbalancing:\S+:targetgroup\/\S+$/,
        ),
      },
      {
        securityGroupId: text('the id of a security group, sg-…', /^sg-\S+$/),
        port: wholeNumber(1, 65_535),
      },
    ),
    redirect: object(
      {},
      {
        host: text('a host name'),
        path: text('a path with / in front', /^\//),
        query: text('a query', /^[^?]/),
        statusCode: redirectCode,
      },
    ),
    fixedResponse: object(
      { statusCode },
      {
        body: text('a text of 1 to 1024 characters', /^[\s\S]{1,1024}$/),
        contentType: oneOf([
          'text/plain',
          'text/css',
          'text/html',
          'application/javascript',
          'application/json',
        ]),
      },
    ),
  },
);

export const checkListenerRule: Check = (value, at, isReference) => {
  rule(value, at, isReference);
  const { forward, redirect, fixedResponse } = value as ListenerRuleProps;
  if ([forward, redirect, fixedResponse].filter((each) => each !== undefined).length !== 1) {
    refuse('ContradictingSettings', at, value, 'with one of forward, redirect and fixedResponse');
  }
  if (
    redirect !== undefined &&
    [redirect.host, redirect.path, redirect.query].every((each) => each === undefined)
  ) {
    refuse(
      'ContradictingSettings',
      `${at}.redirect`,
      redirect,
      'another host, path or query: callers would go in circles',
    );
  }
  if (forward?.port !== undefined && forward.securityGroupId === undefined) {
    refuse(
      'ContradictingSettings',
      `${at}.forward.port`,
      forward.port,
      'beside securityGroupId, which it belongs to',
    );
  }
  checkConditions(value as ListenerRuleProps, at, isReference);
};

const each = mapOf(partName, checkListenerRule);

export const checkListenerRules: Check = (value, at, isReference) => {
  each(value, at, isReference);
  const names = new Map<number, string>();
  for (const [name, { priority }] of Object.entries(value as Record<string, ListenerRuleProps>)) {
    const other = names.get(priority);
    if (other !== undefined) {
      throw new ServiceError(
        'DuplicatePriority',
        `${at}.${other} and ${at}.${name} have priority ${priority} both; AWS takes each only once on a listener.`,
      );
    }
    names.set(priority, name);
  }
};
