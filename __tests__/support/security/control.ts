import type { Block, Configuration } from '../../modules/synthesize';
import type { ServiceOptions } from '../configurations';

/**
 * A control of AWS Security Hub, as far as a synthesized service shows whether it will pass.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html
 */
export interface Control {
  readonly id: string;
  /** What must be so, in our words. */
  readonly title: string;
  readonly holds: (configuration: Configuration) => boolean;
  /** Makes a configuration for which it holds into one for which it doesn't: shows that it looks. */
  readonly weaken: (configuration: Configuration) => void;
  /** @default - it holds by default */
  readonly notByDefault?: NotByDefault;
}

export interface NotByDefault {
  readonly reason: string;
  /** What meets it. @default - nothing: the reason stands */
  readonly metBy?: { readonly words: string; readonly props: ServiceOptions };
}

/** All resources of a type. */
export function all({ resource }: Configuration, type: string): Block[] {
  return Object.values(resource[type] ?? {});
}

export function every(configuration: Configuration, type: string, holds: (block: Block) => boolean): boolean {
  return all(configuration, type).every(holds);
}

/** The one resource of a type. */
export function the(configuration: Configuration, type: string): Record<string, unknown> {
  const [block, ...others] = all(configuration, type);
  if (block === undefined || others.length > 0) throw new Error(`${type}: ${others.length + 1} or none`);
  return block;
}

/** Blocks nested in one, which Terraform's JSON has as an object or as a list. */
export function nested(block: Block, name: string): Record<string, unknown>[] {
  const value = block[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]) as Record<string, unknown>[];
}

/** Whether a security group rule admits everybody. */
export function fromEverywhere({ cidr_ipv4, cidr_ipv6 }: Block): boolean {
  return cidr_ipv4 === '0.0.0.0/0' || cidr_ipv6 === '::/0';
}

/** Whether a security group rule is for a port, among others. */
export function covers(rule: Block, port: number): boolean {
  if (rule.ip_protocol === '-1') return true;
  return Number(rule.from_port) <= port && port <= Number(rule.to_port);
}

/** Adds a security group rule that admits everybody to a port. */
export function openToTheWorld({ resource }: Configuration, port: number): void {
  resource.aws_vpc_security_group_ingress_rule = {
    ...resource.aws_vpc_security_group_ingress_rule,
    opened: {
      security_group_id: '$'.concat('{aws_security_group.web_instances.id}'),
      cidr_ipv4: '0.0.0.0/0',
      ip_protocol: 'tcp',
      from_port: port,
      to_port: port,
    },
  };
}
