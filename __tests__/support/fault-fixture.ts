/** The service on trial for one file of faults, and its Auto Scaling group as the tests ask and see it. */
import { join } from 'node:path';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { Group } from '../../lab/autoscaling/model';
import { labCredentials } from '../../lab/cloud/clients';
import type { TrialOptions } from '../../lab/trial/trial';
import { type TrialFixture, trialFixture } from './trial-fixture';

export interface FaultFixture extends TrialFixture {
  readonly autoScaling: AutoScalingClient;
  /** The group `web`. */
  group(): Group;
}

export async function faultFixture(extent: TrialOptions['extent']): Promise<FaultFixture> {
  const fixture = await trialFixture(extent, join(__dirname, '../system/programs/fault-service'));
  const { lab } = fixture.trial;
  const autoScaling = new AutoScalingClient({
    endpoint: lab.environment.AWS_ENDPOINT_URL,
    region: lab.region.name,
    credentials: labCredentials,
  });
  return {
    ...fixture,
    autoScaling,
    group: () => {
      const found = lab.region.groups.get('web');
      if (found === undefined) throw new Error('there is no group web');
      return found;
    },
    stop: async () => {
      autoScaling.destroy();
      await fixture.stop();
    },
  };
}
