// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdktf';
import { ShopStack } from '../../examples/own-stack';
import { writeFakeRelease } from '../support/release-fixture';
import { bootReferences, evaluate } from './evaluate';
import { at } from './synthesize';

test("the example of a user's own stack gives the service its queue, its group and its permission", () => {
  const project = mkdtempSync(join(tmpdir(), 'own-stack-'));
  const before = process.cwd();
  try {
    process.chdir(project);
    const outdir = join(project, 'cdktf.out');
    writeFakeRelease(join(project, '.release'));
    const configuration = JSON.parse(Testing.synth(new ShopStack(new App({ outdir }), 'shop'), true));
    const template = at(configuration, 'aws_launch_template.shop');
    const userData = evaluate(template.user_data, {
      'aws_sqs_queue.Orders.url': 'https://queue',
      ...bootReferences('shop'),
    });
    const document = Buffer.from(String(userData), 'base64').toString();
    expect(document).toContain('ORDERS_URL=\\"https://queue\\"');
    expect(document).toContain('LOCALE=\\"de_DE\\"');
    expect(document).toContain('SECRETS=\\"DATABASE_PASSWORD=/shop/database/password\\"');
    expect(JSON.stringify(template.network_interfaces)).toContain('sg-0123456789abcdef0');
    const policy = evaluate(at(configuration, 'aws_iam_role_policy.shop_service').policy, {
      'aws_sqs_queue.Orders.arn': 'arn:queue',
    });
    expect(JSON.parse(String(policy)).Statement).toEqual([
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: ['arn:queue'] },
    ]);
    expect(
      at(configuration, 'aws_vpc_security_group_ingress_rule.DatabaseFromShop').referenced_security_group_id,
    ).toBe('${aws_security_group.shop_instances.id}');
  } finally {
    process.chdir(before);
    rmSync(project, { recursive: true });
  }
});
