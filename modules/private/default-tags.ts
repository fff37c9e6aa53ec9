import { DataAwsDefaultTags } from '@cdktf/provider-aws/lib/data-aws-default-tags';
import { Construct } from 'constructs';
import { Call, expression, terraform } from './expression';
import { addressed } from './naming';

/**
 * The provider's `default_tags`. Terraform puts them on its own resources; what Auto Scaling launches, which is
 * instances, their volumes and network interfaces, gets none of them unless it is told so.
 * @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block
 */
export class DefaultTags extends Construct {
  private readonly tags: string;

  constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    this.tags = addressed(name, new DataAwsDefaultTags(this, 'Tags')).fqn;
  }

  /** These tags and the provider's; of two with one key, these. A Terraform expression. */
  merged(tags: Record<string, string>): string {
    return terraform(new Call('merge', expression(`${this.tags}.tags`), tags));
  }
}
