/** What a machine that doesn't boot still takes from its user data: the app's environment. */
import { ServiceError } from '../../modules/service-error';
import { parseEnvironmentFile } from './environment-file';

interface WrittenFile {
  readonly path: string;
  readonly content?: string;
  /** cloud-init's `encoding`; absent means plain text. */
  readonly encoding?: string;
}

/** Where the boot scripts have systemd look for it. */
const environmentFile = /^\/etc\/[^/]+\/environment$/;

/**
 * The environment that the service's user data (`#cloud-config` and JSON) gives to the app. Other user data, a
 * script for instance, gives none.
 *
 * @throws ServiceError `UserDataUnreadable`
 */
export function environmentFromUserData(userData: string): Record<string, string> {
  const [firstLine = '', ...rest] = userData.split('\n');
  if (firstLine.trim() !== '#cloud-config') return {};
  const environment: Record<string, string> = {};
  for (const file of writtenFiles(rest.join('\n'))) {
    if (environmentFile.test(file.path)) Object.assign(environment, parseEnvironmentFile(decoded(file)));
  }
  return environment;
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
