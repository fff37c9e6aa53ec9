import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, LocalBackend, S3Backend, TerraformOutput, TerraformStack } from 'cdktf';
import { AutoscaledService, allowProviderRange, ServiceError } from './modules';
import { readCdktfJson } from './modules/cdktf-json';
import { readServiceSettings, type ServiceSettings } from './modules/settings';

/** One service, one stack, named after it. */
class ServiceStack extends TerraformStack {
  constructor(app: App, settings: ServiceSettings) {
    const { name } = settings.service;
    super(app, name);
    if (settings.backend === undefined) {
      // Relative to cdktf.out/stacks/<name>, where Terraform runs: the state lies beside cdktf.json.
      new LocalBackend(this, { path: `../../../terraform.${name}.tfstate` });
    } else {
      new S3Backend(this, { ...settings.backend, encrypt: true });
    }
    new AwsProvider(this, 'aws', { region: settings.region });
    allowProviderRange(this);

    const service = new AutoscaledService(this, 'Service', settings.service);
    this.output('url', service.url, 'Where the service answers.');
    this.output('dns_name', service.dnsName, "The load balancer's name in the DNS.");
    this.output('security_group_id', service.securityGroupId, 'The instances: what a database admits.');
    this.output('autoscaling_group_name', service.autoscalingGroupName, 'The Auto Scaling group.');
    this.output('target_group_arn', service.targetGroupArn, 'The target group.');
    this.output('load_balancer_arn', service.loadBalancer.arn, 'The load balancer.');
    this.output('launch_template_id', service.fleet.launchTemplate.id, 'The launch template.');
    this.output('release_bucket', service.release.bucket.id, 'The bucket with what instances run.');
    this.output('vpc_id', service.network.vpcId, 'The VPC.');
  }

  private output(name: string, value: string, description: string): void {
    new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
  }
}

/** The CDKTF command line hands the context over; without it, the same file is read here. */
function contextOfProject(): Readonly<Record<string, unknown>> {
  if (process.env.CDKTF_CONTEXT_JSON !== undefined) return {};
  return readCdktfJson(__dirname).context;
}

try {
  const app = new App({ context: contextOfProject() });
  const settings = readServiceSettings({
    service: app.node.tryGetContext('service'),
    backend: app.node.tryGetContext('backend'),
  });
  new ServiceStack(app, settings);
  app.synth();
} catch (error) {
  if (!(error instanceof ServiceError)) throw error;
  process.stderr.write(`error ${error.code}: ${error.message}\n`);
  process.exitCode = 1;
}
