/** What a Terraform of the lab gets to know: nothing of a real account, nothing of a real deployment. */
import { join } from 'node:path';
import { type Environment, searchPath } from '../host/executables';
import type { ProviderInstallation } from './cli-configuration';

/** Passed on from the user: the shell's own, and what a download from the registry may need. */
const inherited = [
  'HOME',
  'TMPDIR',
  'LANG',
  'XDG_DATA_HOME',
  'XDG_DATA_DIRS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'http_proxy',
  'https_proxy',
];

/**
 * @param aws the variables that lead to the lab: endpoint, test credentials
 * @param folder Terraform's working folder; its data folder lies in it
 */
export function terraformEnvironment(
  user: Environment,
  aws: Readonly<Record<string, string>>,
  folder: string,
  { configurationFile, provider }: ProviderInstallation,
): Record<string, string> {
  const cache = user.TF_PLUGIN_CACHE_DIR;
  return {
    ...Object.fromEntries(inherited.flatMap((name) => entry(name, user[name]))),
    PATH: searchPath(user).join(':'),
    ...withoutProxyForTheLab(user),
    TF_DATA_DIR: join(folder, '.terraform'),
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    ...Object.fromEntries(entry('TF_CLI_CONFIG_FILE', configurationFile)),
    // The user's cache may be the very mirror in use, and Terraform refuses a folder that is both.
    ...(provider === undefined ? Object.fromEntries(entry('TF_PLUGIN_CACHE_DIR', cache)) : {}),
    // Without these two the provider would read the user's profiles and their credentials.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    ...aws,
  };
}

/** The lab's endpoint is on this machine; a proxy would look for it on its own. */
function withoutProxyForTheLab(user: Environment): Record<string, string> {
  const exceptions = (user.NO_PROXY ?? user.no_proxy ?? '').split(',').filter((name) => name !== '');
  const list = [...new Set([...exceptions, '127.0.0.1', 'localhost'])].join(',');
  return { NO_PROXY: list, no_proxy: list };
}

function entry(name: string, value: string | undefined): [string, string][] {
  return value === undefined || value === '' ? [] : [[name, value]];
}
