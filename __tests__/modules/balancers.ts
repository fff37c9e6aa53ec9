// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import type { AutoscaledServiceProps } from '../../modules';
import { type Configuration, synthesizeService } from './synthesize';

export const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1';
export const vpc = { vpcId: 'vpc-1', publicSubnetIds: ['subnet-1', 'subnet-2'] };

export function withBalancer(loadBalancer: AutoscaledServiceProps['loadBalancer']): Configuration {
  return synthesizeService({ loadBalancer });
}

/** Who is admitted to the load balancer: address of the rule, port, and where from. */
export function admitted(configuration: Configuration): string[] {
  const rules = Object.entries(configuration.resource.aws_vpc_security_group_ingress_rule ?? {});
  return rules
    .filter(([, { security_group_id: group }]) => group === '${aws_security_group.web_load_balancer.id}')
    .map(([name, rule]) => {
      const from =
        rule.cidr_ipv4 ?? rule.cidr_ipv6 ?? rule.prefix_list_id ?? rule.referenced_security_group_id;
      return `${name} ${rule.from_port}-${rule.to_port} ${from}`;
    })
    .sort();
}
