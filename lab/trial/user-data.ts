/** User data that differs from the service's own in what is tried out. Pure. */
import { ServiceError } from '../../modules/service-error';

export interface UserDataChange {
  /** Set in `/etc/koa/settings`, over what is there; knobs of the boot programs too, which read that file. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Set in `/etc/koa/environment`, the app's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Commands that cloud-init runs before anything else, at every boot. */
  readonly bootcmd?: readonly string[];
  /** In place of the commands that start the boot programs. */
  readonly runcmd?: readonly string[];
}

interface Document {
  readonly write_files: readonly { readonly path: string; readonly content?: string }[];
}

const header = '#cloud-config\n';

/** @throws ServiceError `UserDataUnreadable` */
export function changeUserData(userData: string, change: UserDataChange): string {
  const { settings = {}, environment = {}, ...commands } = change;
  const document = read(userData);
  const added = new Map([
    ['/etc/koa/settings', lines(settings)],
    ['/etc/koa/environment', lines(environment)],
  ]);
  const files = document.write_files.map((file) => ({
    ...file,
    // The later of two lines counts.
    content: `${file.content ?? ''}${added.get(file.path) ?? ''}`,
  }));
  return `${header}${JSON.stringify({ ...document, ...commands, write_files: files })}\n`;
}

function lines(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value.replace(/["\\$`]/g, '\\$&')}"\n`)
    .join('');
}

function read(userData: string): Document {
  try {
    if (!userData.startsWith(header)) throw new Error('it does not begin with #cloud-config');
    return JSON.parse(userData.slice(header.length));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError('UserDataUnreadable', `The user data can't be changed: ${reason}`, { cause });
  }
}
