/** The rehearsal's golden image: baked as a deployer would bake it, against the embedded AWS. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsBakeCloud } from '../bake/aws-cloud';
import { bake } from '../bake/bake';
import { labCredentials } from './cloud/clients';
import type { EventStream } from './events';

export interface BakeImageOptions {
  /** Of the embedded AWS. */
  readonly endpoint: string;
  readonly region: string;
  readonly launchTemplateId: string;
  /** The SSM parameter that is to hold the image's id. */
  readonly parameter: string;
  readonly signal: AbortSignal;
}

/** Seconds. From a warm package cache it takes about 20 s; from an empty one, as long as the archives take. */
const installSeconds = 600;

/** @throws ServiceError, the signal's reason */
export async function bakeImage(options: BakeImageOptions, { emit }: EventStream): Promise<void> {
  const { endpoint, region, signal, launchTemplateId, parameter } = options;
  const cloud = AwsBakeCloud.at(region, { endpoint, credentials: labCredentials });
  try {
    const { imageId, bakedFrom, seconds } = await bake(
      { launchTemplateId, parameter, installSeconds },
      {
        cloud,
        tell: (text) => emit({ type: 'notice', level: 'info', text }),
        now: Date.now,
        wait: (milliseconds) => sleep(milliseconds, undefined, { signal }),
        signal,
      },
    );
    emit({ type: 'baked', imageId, bakedFrom, seconds });
  } finally {
    cloud.destroy();
  }
}
