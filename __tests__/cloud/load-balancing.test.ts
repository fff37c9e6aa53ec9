import type { ElasticLoadBalancingV2Client, Listener, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describeLoadBalancing } from '../../lab/cloud/load-balancing';

const balancerArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/1';
const groupArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/2';
const forward = [{ Type: 'forward' as const, TargetGroupArn: groupArn }];
const redirect = [{ Type: 'redirect' as const }];
const answer = [{ Type: 'fixed-response' as const }];

/** Elastic Load Balancing with one load balancer and one target group. */
function elbv2(listeners: readonly Listener[], rules: Readonly<Record<string, readonly Rule[]>> = {}) {
  const asked: string[] = [];
  const answers: Record<string, (input: { ListenerArn?: string }) => object> = {
    DescribeTargetGroupsCommand: () => ({ TargetGroups: [{ TargetGroupArn: groupArn, Port: 80 }] }),
    DescribeTargetGroupAttributesCommand: () => ({ Attributes: [] }),
    DescribeLoadBalancersCommand: () => ({ LoadBalancers: [{ LoadBalancerArn: balancerArn }] }),
    DescribeLoadBalancerAttributesCommand: () => ({ Attributes: [] }),
    DescribeListenersCommand: () => ({ Listeners: listeners }),
    DescribeRulesCommand: ({ ListenerArn = '' }) => ({ Rules: rules[ListenerArn] ?? [] }),
  };
  const client = {
    send: async (command: { readonly constructor: { name: string }; readonly input: object }) => {
      asked.push(command.constructor.name);
      return answers[command.constructor.name]?.(command.input);
    },
  };
  return { asked, client: client as unknown as ElasticLoadBalancingV2Client };
}

async function portOf(client: ElasticLoadBalancingV2Client): Promise<number | undefined> {
  return (await describeLoadBalancing(client)).dataPlanes.get(balancerArn)?.port;
}

describe('of a load balancer, the lab serves', () => {
  test('the listener that forwards, and asks for no rules then', async () => {
    const { client, asked } = elbv2([{ Protocol: 'HTTP', Port: 80, DefaultActions: forward }]);
    expect(await portOf(client)).toBe(80);
    expect(asked).not.toContain('DescribeRulesCommand');
  });

  test('the one for HTTPS where the one for HTTP redirects to it', async () => {
    const { client } = elbv2([
      { Protocol: 'HTTP', Port: 80, DefaultActions: redirect },
      { Protocol: 'HTTPS', Port: 443, DefaultActions: forward },
    ]);
    expect(await portOf(client)).toBe(443);
  });

  test('the one with a rule that forwards, where several services share it', async () => {
    const { client } = elbv2(
      [
        { ListenerArn: 'http', Protocol: 'HTTP', Port: 80, DefaultActions: redirect },
        { ListenerArn: 'https', Protocol: 'HTTPS', Port: 443, DefaultActions: answer },
      ],
      { http: [{ Actions: redirect }], https: [{ Actions: answer }, { Actions: forward }] },
    );
    expect(await portOf(client)).toBe(443);
  });

  test('none where nothing forwards', async () => {
    const { client } = elbv2([{ ListenerArn: 'http', Port: 80, DefaultActions: answer }]);
    expect(await portOf(client)).toBeUndefined();
  });
});
