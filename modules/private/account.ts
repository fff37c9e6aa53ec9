import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { addressed } from './naming';

/** Where the provider works, as ARNs of what isn't a resource of the stack need it. */
export class Account extends Construct {
  readonly region: string;
  readonly accountId: string;
  private readonly partition: string;

  /** The one of a service, which the first part that asks for it makes. */
  static of(scope: Construct, name: string): Account {
    const stack = TerraformStack.of(scope);
    const id = `${name}-account`;
    const made = stack.node.tryFindChild(id);
    return made instanceof Account ? made : new Account(stack, id, name);
  }

  private constructor(scope: Construct, id: string, name: string) {
    super(scope, id);
    // Not `.name` and not `.region`: one of them is missing in each of the major versions 5 and 6.
    this.region = addressed(name, new DataAwsRegion(this, 'Region')).id;
    this.partition = addressed(name, new DataAwsPartition(this, 'Partition')).partition;
    this.accountId = addressed(name, new DataAwsCallerIdentity(this, 'CallerIdentity')).accountId;
  }

  /** Of what isn't of a region: IAM's. */
  globalArn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}::${this.accountId}:${resource}`;
  }

  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }
}
