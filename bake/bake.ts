/** The golden image: an instance of the service installs what an image can hold, becomes one, and goes. */
import { ServiceError } from '../modules/service-error';
import { bakingUserData } from './baking-user-data';
import type { BakeCloud, InstanceState, Template } from './cloud';
import { placeBake } from './placement';
import { lastLine, verdictOf } from './verdict';

export interface BakeOptions {
  /** The service's. */
  readonly launchTemplateId: string;
  /** Name of the SSM parameter that is to hold the image's id. */
  readonly parameter: string;
  /** What to install on. @default - the launch template's image; if that was baked, what it was baked from */
  readonly imageId?: string;
  /** @default - one with a way to the Internet */
  readonly subnetId?: string;
  /** Seconds for the instance to install everything and power itself off. */
  readonly installSeconds: number;
}

export interface Baked {
  readonly imageId: string;
  readonly bakedFrom: string;
  readonly parameter: string;
  readonly seconds: number;
}

export interface BakeSurroundings {
  readonly cloud: BakeCloud;
  readonly tell: (progress: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Rejects when the signal comes. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Ends the bake; what it has started is taken away all the same. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks. */
const interval = 3_000;
/** Seconds for EC2 to show the console of an instance that has stopped. */
const consoleSeconds = 300;
/** Seconds for EC2 to make the image: it copies the volume into a snapshot. */
const imageSeconds = 3_600;

/** @throws ServiceError; the signal's reason when that ended it */
export async function bake(options: BakeOptions, around: BakeSurroundings): Promise<Baked> {
  const { cloud, tell, now, signal } = around;
  const begin = now();
  const template = await cloud.template(options.launchTemplateId);
  const userData = bakingUserData(template.userData);
  const bakedFrom = await sourceImage(options, template, cloud);
  const [securityGroup] = template.securityGroupIds;
  if (securityGroup === undefined)
    throw new ServiceError(
      'TemplateUnsuitable',
      `Launch template ${template.id} has no security group, so its VPC isn't known; give the one of a service.`,
    );
  const network = await cloud.network(securityGroup);
  const placement = placeBake(network, template, options.subnetId);
  tell(
    `account ${network.accountId}, region ${cloud.region}, endpoint ${cloud.endpoint ?? "AWS's own"}: ` +
      `launch template ${template.name} (${template.id}, version ${template.version}), ${placement.subnetId}`,
  );
  signal.throwIfAborted();
  const instanceId = await cloud.run({
    ...placement,
    template,
    imageId: bakedFrom,
    securityGroupIds: template.securityGroupIds,
    userData,
    name: `${template.name}-bake`,
  });
  tell(`${instanceId} installs on ${bakedFrom}`);
  return terminatedAfterwards(instanceId, around, async () => {
    await installed(instanceId, options, around);
    tell(`${instanceId} is installed, sealed and powered off`);
    const imageId = await makeImage(instanceId, bakedFrom, template, around);
    await writeParameter(options.parameter, imageId, cloud);
    tell(`${options.parameter} is ${imageId}`);
    return { imageId, bakedFrom, parameter: options.parameter, seconds: Math.round((now() - begin) / 1000) };
  });
}

/** A baked image is no ground for the next one: what is installed there would stay as old as it is. */
async function sourceImage({ imageId }: BakeOptions, template: Template, cloud: BakeCloud): Promise<string> {
  if (imageId !== undefined) return (await cloud.image(imageId)).id;
  const { id, bakedFrom } = await cloud.image(template.imageId);
  return bakedFrom ?? id;
}

/** Whatever comes of the work, the instance goes; that it couldn't be terminated is never left unsaid. */
async function terminatedAfterwards<T>(
  instanceId: string,
  { cloud, tell }: BakeSurroundings,
  work: () => Promise<T>,
): Promise<T> {
  const [outcome] = await Promise.allSettled([work()]);
  try {
    await cloud.terminate(instanceId);
    tell(`${instanceId} is terminated`);
  } catch (error) {
    const what = outcome.status === 'fulfilled' ? 'The image is made' : String(outcome.reason);
    throw new ServiceError(
      'InstanceLeft',
      `${what}; but ${instanceId} could not be terminated and costs money: ${(error as Error).message}. ` +
        `Run \`aws ec2 terminate-instances --instance-ids ${instanceId}\`.`,
      { cause: error },
    );
  }
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

async function installed(
  instanceId: string,
  { installSeconds }: BakeOptions,
  around: BakeSurroundings,
): Promise<void> {
  const { cloud, now, wait, tell } = around;
  const deadline = now() + installSeconds * 1000;
  let shown: InstanceState | undefined;
  for (;;) {
    const state = await cloud.instanceState(instanceId);
    if (state !== shown) tell(`${instanceId} is ${state}`);
    shown = state;
    if (state === 'stopped') return judged(instanceId, around);
    if (state === 'shutting-down' || state === 'terminated')
      throw new ServiceError('BakeInterfered', `Somebody terminated ${instanceId} while it was baked.`);
    if (now() > deadline) {
      const line = lastLine(await cloud.console(instanceId));
      throw new ServiceError(
        'BakeTimedOut',
        `${instanceId} did not power itself off within ${installSeconds} s, so it was given up; ` +
          `${line === undefined ? 'its console shows nothing' : `the last line on its console is: ${line}`}`,
      );
    }
    await wait(interval);
  }
}

async function judged(instanceId: string, { cloud, now, wait }: BakeSurroundings): Promise<void> {
  const deadline = now() + consoleSeconds * 1000;
  for (;;) {
    const console = await cloud.console(instanceId);
    const verdict = verdictOf(console);
    if (verdict?.baked) return;
    if (verdict !== undefined)
      throw new ServiceError('InstallFailed', `The install on ${instanceId} failed: ${verdict.reason}`);
    if (now() > deadline)
      throw new ServiceError(
        'BakeUnconfirmed',
        `${instanceId} stopped, and after ${consoleSeconds} s its console tells neither that it was sealed nor why ` +
          `it failed, so no image was made; the last line there is: ${lastLine(console) ?? '(nothing)'}`,
      );
    await wait(interval);
  }
}

async function writeParameter(parameter: string, imageId: string, cloud: BakeCloud): Promise<void> {
  try {
    await cloud.putParameter(parameter, imageId);
  } catch (error) {
    throw new ServiceError(
      'ParameterNotWritten',
      `Image ${imageId} is made, but ${parameter} could not be written: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function makeImage(
  instanceId: string,
  bakedFrom: string,
  template: Template,
  around: BakeSurroundings,
): Promise<string> {
  const { cloud, now, wait, tell } = around;
  // EC2 wants names of an account's images to differ.
  const time = new Date(now())
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  const imageId = await cloud.createImage({ instanceId, name: `${template.name}-${time}`, bakedFrom });
  tell(`${imageId} is made of it`);
  try {
    const deadline = now() + imageSeconds * 1000;
    for (;;) {
      const { state, reason } = await cloud.imageState(imageId);
      if (state === 'available') return imageId;
      if (state !== 'pending')
        throw new ServiceError(
          'ImageNotMade',
          `Image ${imageId} is ${state}${reason === undefined ? '' : `: ${reason}`}`,
        );
      if (now() > deadline)
        throw new ServiceError('ImageNotMade', `Image ${imageId} was not available after ${imageSeconds} s`);
      await wait(interval);
    }
  } catch (error) {
    // Half an image is of no use, and its snapshots cost money. What went wrong counts more than that this does too.
    await cloud
      .deregisterImage(imageId)
      .catch(() => tell(`${imageId} could not be deregistered; do it by hand`));
    throw error;
  }
}
