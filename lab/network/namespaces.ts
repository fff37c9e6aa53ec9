/** Network namespaces of this host, by the `ip` of iproute2. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ServiceError } from '../../modules/service-error';

/** Where ip-netns(8) keeps named namespaces. */
const folder = '/run/netns';

export function namespacePath(name: string): string {
  return `${folder}/${name}`;
}

export async function addNamespace(name: string): Promise<void> {
  await ip(['netns', 'add', name]);
}

/** One that isn't there needs no removal. */
export async function removeNamespace(name: string): Promise<void> {
  if (namespacesWith(name).includes(name)) await ip(['netns', 'delete', name]);
}

export function namespacesWith(prefix: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    // There was never a namespace on this host.
    return [];
  }
}

/** The commands one after another, up to the first that fails. @param namespace the host's own unless named */
export async function ipBatch(commands: readonly string[], namespace?: string): Promise<void> {
  const inNamespace = namespace === undefined ? [] : ['-netns', namespace];
  await ip([...inNamespace, '-batch', '-'], `${commands.join('\n')}\n`);
}

function ip(args: readonly string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('ip', [...args], (error, _stdout, stderr) => {
      if (error === null) resolve();
      else
        reject(new ServiceError('NetworkNotMade', `ip ${args.join(' ')} failed: ${reason(stderr, error)}`));
    });
    // An `ip` that ends before it has read everything says why on standard error.
    child.stdin?.on('error', () => undefined).end(input);
  });
}

function reason(stderr: string, error: Error): string {
  return stderr.trim().replace(/\n/g, '; ') || error.message;
}
