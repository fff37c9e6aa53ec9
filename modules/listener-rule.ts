import type { LbListenerRule, LbListenerRuleCondition } from '@cdktf/provider-aws/lib/lb-listener-rule';
import type { Construct } from 'constructs';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import { loadLbListenerRule } from './private/seldom';
import type { ListenerRuleProps } from './props';

/** What a rule asks of a request. */
export type Conditions = Pick<ListenerRuleProps, 'hosts' | 'paths' | 'methods'>;

/** A rule of somebody's making beside the service. @param name its part of Terraform's address, behind `rule_` */
export function addListenerRule(
  scope: Construct,
  service: PartProps,
  name: string,
  listenerArn: string,
  rule: ListenerRuleProps,
): LbListenerRule {
  return addressed(
    service.name,
    new (loadLbListenerRule())(scope, `rule-${name}`, {
      listenerArn,
      priority: rule.priority,
      condition: conditionsOf(rule),
      action: [actionOf(rule)],
      tags: tagsOf(service, name),
    }),
    `rule_${name}`,
  );
}

export function conditionsOf({ hosts, paths, methods }: Conditions): LbListenerRuleCondition[] {
  return [
    ...(hosts === undefined ? [] : [{ hostHeader: { values: [...hosts] } }]),
    ...(paths === undefined ? [] : [{ pathPattern: { values: [...paths] } }]),
    ...(methods === undefined ? [] : [{ httpRequestMethod: { values: [...methods] } }]),
  ];
}

function actionOf({ forward, redirect, fixedResponse }: ListenerRuleProps) {
  if (forward !== undefined) return { type: 'forward', targetGroupArn: forward.targetGroupArn };
  if (redirect !== undefined) {
    return {
      type: 'redirect',
      redirect: {
        host: redirect.host,
        path: redirect.path,
        query: redirect.query,
        statusCode: `HTTP_${redirect.statusCode ?? 302}`,
      },
    };
  }
  return {
    type: 'fixed-response',
    fixedResponse: {
      statusCode: String(fixedResponse?.statusCode),
      contentType: fixedResponse?.contentType ?? 'text/plain',
      messageBody: fixedResponse?.body,
    },
  };
}
