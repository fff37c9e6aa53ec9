/** What a machine that doesn't boot still takes from its user data: the app's environment, and its launch hook. */
import { ServiceError } from '../../modules/service-error';
import { parseEnvironmentFile } from './environment-file';

interface WrittenFile {
  readonly path: string;
  readonly content?: string;
  /** cloud-init's `encoding`; absent means plain text. */
  readonly encoding?: string;
}

/** Where the boot programs and systemd look for them. */
const environmentFile = '/etc/koa/environment';
const settingsFile = '/etc/koa/settings';

export interface InstanceConfiguration {
  /** The app's. */
  readonly environment: Readonly<Record<string, string>>;
  /** The hook that the instance has to complete when it is ready; undefined where there is none. */
  readonly launchHook: LaunchHook | undefined;
}

export interface LaunchHook {
  readonly group: string;
  readonly hook: string;
}

/**
 * What the service's user data (`#cloud-config` and JSON) writes. Other user data, a script for instance, writes
 * nothing.
 *
 * @throws ServiceError `UserDataUnreadable`
 */
export function readUserData(userData: string): InstanceConfiguration {
  const [firstLine = '', ...rest] = userData.split('\n');
  const files = firstLine.trim() === '#cloud-config' ? writtenFiles(rest.join('\n')) : [];
  const variablesIn = (path: string) => {
    const file = files.findLast((written) => written.path === path);
    return file === undefined ? {} : parseEnvironmentFile(decoded(file));
  };
  const { AUTO_SCALING_GROUP: group = '', LIFECYCLE_HOOK: hook = '' } = variablesIn(settingsFile);
  return {
    environment: variablesIn(environmentFile),
    launchHook: group === '' || hook === '' ? undefined : { group, hook },
  };
}

function writtenFiles(json: string): readonly WrittenFile[] {
  let configuration: { write_files?: unknown } | null;
  try {
    configuration = JSON.parse(json);
  } catch (cause) {
    throw unreadable(
      `it begins with #cloud-config, and JSON must follow: ${(cause as Error).message}`,
      cause,
    );
  }
  const files = configuration?.write_files ?? [];
  if (Array.isArray(files) && files.every((file) => typeof file?.path === 'string')) return files;
  throw unreadable('write_files must be a list of files with a path each');
}

function decoded({ path, content = '', encoding }: WrittenFile): string {
  switch (encoding) {
    case undefined:
    case 'text/plain':
      return content;
    case 'b64':
    case 'base64':
      return Buffer.from(content, 'base64').toString('utf8');
    default:
      throw unreadable(`${path} is encoded as ${JSON.stringify(encoding)}; use plain text or base64`);
  }
}

function unreadable(why: string, cause?: unknown): ServiceError {
  return new ServiceError('UserDataUnreadable', `the instance's user data can't be read: ${why}`, { cause });
}
