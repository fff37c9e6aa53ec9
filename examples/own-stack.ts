import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { AutoscaledService, allowProviderRange } from '../modules';

/** A shop whose service puts orders into a queue and talks to a database in a security group of its own. */
export class ShopStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, 'aws', { region: 'eu-central-1' });
    allowProviderRange(this);
    const orders = new SqsQueue(this, 'Orders', { namePrefix: 'orders-' });

    const shop = new AutoscaledService(this, 'Shop', {
      name: 'shop',
      maxCapacity: 6,
      // Values of other resources: Terraform fills them in.
      environment: { ORDERS_URL: orders.url, LOCALE: 'de_DE' },
      // The name of an SSM parameter; its value is read by the instances, and is neither here nor in the state.
      secrets: { DATABASE_PASSWORD: '/shop/database/password' },
      policyStatements: [{ actions: ['sqs:SendMessage'], resources: [orders.arn] }],
      // A group that exists: members of it may do what its owner allows.
      securityGroupIds: ['sg-0123456789abcdef0'],
    });

    // The other way round: a group of this stack that admits the service's instances.
    const database = new SecurityGroup(this, 'Database', {
      name: 'shop-database',
      vpcId: shop.network.vpcId,
    });
    new VpcSecurityGroupIngressRule(this, 'DatabaseFromShop', {
      securityGroupId: database.id,
      referencedSecurityGroupId: shop.securityGroupId,
      ipProtocol: 'tcp',
      fromPort: 5432,
      toPort: 5432,
    });
    new TerraformOutput(this, 'url', { value: shop.url });
  }
}

// What the instances run is uploaded from the folder `.release`: `npm run release` makes it.
if (require.main === module) {
  const app = new App();
  new ShopStack(app, 'shop');
  app.synth();
}
