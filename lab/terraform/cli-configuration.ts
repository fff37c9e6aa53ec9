/** From where `terraform init` gets providers: the user's own CLI configuration, else one of the lab's own. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Environment } from '../host/executables';
import type { TerraformBinary } from './binary';
import { findProvider, type ProviderPackage, registryOf } from './provider-mirror';

export interface ProviderInstallation {
  /** Terraform's `TF_CLI_CONFIG_FILE`; undefined when neither a user's nor the lab's own is needed. */
  readonly configurationFile?: string;
  /** The provider that was found on this machine; else `terraform init` goes to the registry. */
  readonly provider?: ProviderPackage;
}

/** @param folder the lab's own, for its configuration file and the link to the provider */
export function configureProviders(
  kind: TerraformBinary['kind'],
  folder: string,
  env: Environment = process.env,
): ProviderInstallation {
  const home = homedir();
  const configurationFile = userConfiguration(kind, home, env, existsSync);
  if (configurationFile !== undefined) return { configurationFile };
  const provider = findProvider(
    { list: listFolder },
    { env, home, platform: process.platform, architecture: process.arch, kind },
  );
  if (provider === undefined) return {};
  return { provider, configurationFile: writeConfiguration(kind, folder, provider) };
}

/**
 * A configuration that the user has, and that exists: a `TF_CLI_CONFIG_FILE` that names a missing file counts as
 * none, since Terraform would only warn about it.
 */
export function userConfiguration(
  kind: TerraformBinary['kind'],
  home: string,
  env: Environment,
  exists: (path: string) => boolean,
): string | undefined {
  const named = env.TF_CLI_CONFIG_FILE;
  return [
    ...(named === undefined || named === '' ? [] : [named]),
    ...(kind === 'tofu' ? [join(home, '.tofurc')] : []),
    join(home, '.terraformrc'),
  ].find(exists);
}

/**
 * The mirror that Terraform gets to see holds just the package chosen, as a link under the name by which this
 * program calls it: so a mirror of the one registry serves the other program too.
 */
function writeConfiguration(
  kind: TerraformBinary['kind'],
  folder: string,
  provider: ProviderPackage,
): string {
  const name = `${registryOf(kind)}/hashicorp/aws`;
  const mirror = join(folder, 'provider-mirror');
  rmSync(mirror, { recursive: true, force: true });
  const link = provider.packed
    ? join(mirror, name, basename(provider.path))
    : join(mirror, name, provider.version, provider.target);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(provider.path, link);
  const file = join(folder, 'cli-configuration.tfrc');
  writeFileSync(
    file,
    `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(mirror)}
    include = ["${name}"]
  }
  direct {
    exclude = ["${name}"]
  }
}
`,
  );
  return file;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
