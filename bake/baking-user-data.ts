/** The user data of an instance that is to become an image: the service's own, of which only `install` runs. */
import { ServiceError } from '../modules/service-error';

const header = '#cloud-config\n';
/** Bytes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const limit = 16 * 1024;

/**
 * cloud-init still runs while its last command does, and would write again what `seal-image` takes away: that waits
 * for the end of cloud-init. It powers the machine off; so does an `install` that fails, which has said why.
 */
const command = [
  '{ /usr/local/lib/koa/install && . /etc/koa/settings &&',
  'systemd-run --no-block --collect --unit=koa-seal --property=After=cloud-final.service',
  '--property=StandardOutput=journal+console --property=StandardError=journal+console',
  '"/opt/koa/releases/$RELEASE_SHA256/bin/seal-image"; } || systemctl --no-block poweroff',
].join(' ');

/** @throws ServiceError `UserDataUnsuitable` */
export function bakingUserData(userData: string): string {
  const document = read(userData);
  const baking = `${header}${JSON.stringify({ ...document, runcmd: [command] })}`;
  const size = Buffer.byteLength(baking);
  if (size <= limit) return baking;
  throw unsuitable(`with what a bake adds to it, it has ${size} bytes, and EC2 takes ${limit}`);
}

function read(userData: string): object {
  if (!userData.startsWith(header)) throw unsuitable('it does not begin with #cloud-config');
  let document: { readonly write_files?: unknown } | null;
  try {
    document = JSON.parse(userData.slice(header.length));
  } catch (error) {
    throw unsuitable(`behind #cloud-config, JSON must follow: ${(error as Error).message}`);
  }
  const files = document?.write_files;
  const installs = Array.isArray(files) && files.some((file) => file?.path === '/usr/local/lib/koa/install');
  if (document === null || !installs) throw unsuitable('it does not write /usr/local/lib/koa/install');
  return document;
}

function unsuitable(why: string): ServiceError {
  return new ServiceError(
    'UserDataUnsuitable',
    `The launch template's user data can't be used for a bake: ${why}; give the launch template of a service that this package deployed.`,
  );
}
