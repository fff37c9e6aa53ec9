/** The AWS SDK's clients for moto itself: what the lab's own services ask of the rest of the embedded AWS. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';

export interface CloudClients {
  readonly ec2: EC2Client;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly cloudwatch: CloudWatchClient;
  readonly iam: IAMClient;
  destroy(): void;
}

/** moto takes any credentials; these name the account that it calls its own. */
export const labCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

/** moto's account, https://docs.getmoto.org/en/latest/docs/multi_account.html */
export const labAccountId = '123456789012';

export function createClients(motoUrl: string, region: string): CloudClients {
  // The pinned version runs on Node 20; its notice of what later versions will need is for whoever updates it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const configuration = { endpoint: motoUrl, region, credentials: labCredentials };
  const clients = {
    ec2: new EC2Client(configuration),
    elbv2: new ElasticLoadBalancingV2Client(configuration),
    cloudwatch: new CloudWatchClient(configuration),
    iam: new IAMClient(configuration),
  };
  return {
    ...clients,
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
