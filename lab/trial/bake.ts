/** A golden image of the service on trial, made the way a user makes one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AwsBakeCloud } from '../../bake/aws-cloud';
import { bake } from '../../bake/bake';
import { labCredentials } from '../cloud/clients';
import type { Trial } from './trial';

/** Seconds: far above what it takes where the packages are in the lab's cache. */
const installSeconds = 300;

/** @returns the image's id */
export async function bakeTrialImage(trial: Trial, tell: (progress: string) => void): Promise<string> {
  const endpoint = trial.environment.AWS_ENDPOINT_URL;
  const region = trial.lab.region.name;
  const ssm = new SSMClient({ endpoint, region, credentials: labCredentials });
  const { signal } = new AbortController();
  try {
    const { imageId } = await bake(
      { launchTemplateId: trial.template.id, parameter: '/trial/image', installSeconds },
      {
        cloud: new AwsBakeCloud(trial.clients.ec2, ssm, region, endpoint),
        tell,
        now: Date.now,
        wait: (milliseconds) => sleep(milliseconds),
        signal,
      },
    );
    return imageId;
  } finally {
    ssm.destroy();
  }
}
