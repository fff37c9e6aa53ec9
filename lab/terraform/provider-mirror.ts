/**
 * The AWS provider is some 600 MB; where a copy of it lies on this machine, `terraform init` takes it from there.
 * Looked for where Terraform itself would look, and where administrators put mirrors.
 */
import { join } from 'node:path';
import type { Environment } from '../host/executables';
import type { TerraformBinary } from './binary';

/** What the search needs to see of a file system. */
export interface FileSystemView {
  /** Names in a folder; empty where there is no such folder. */
  list(folder: string): readonly string[];
}

export interface MirrorSearch {
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly architecture: NodeJS.Architecture;
  readonly kind: TerraformBinary['kind'];
}

export interface ProviderPackage {
  readonly version: string;
  /** The folder with the unpacked provider, or the zip file of a packed mirror. */
  readonly path: string;
  readonly packed: boolean;
  /** As Terraform writes it: `linux_amd64`. */
  readonly target: string;
}

/** The range that the synthesized stack requires: from the first number, below the second. */
export const providerRange = { from: [5, 100, 0], below: [7, 0, 0] } as const;

const registries = {
  terraform: ['registry.terraform.io'],
  // The fork asks its own registry for `hashicorp/aws`, which serves the same packages.
  tofu: ['registry.opentofu.org', 'registry.terraform.io'],
} as const;

/** The registry in the full name that a program gives to `hashicorp/aws`. */
export function registryOf(kind: TerraformBinary['kind']): string {
  return registries[kind][0];
}

/** The newest AWS provider in range, for this operating system and processor. */
export function findProvider(view: FileSystemView, search: MirrorSearch): ProviderPackage | undefined {
  const target = targetOf(search.platform, search.architecture);
  return mirrorFolders(view, search)
    .flatMap((folder) =>
      registries[search.kind].map((registry) => join(folder, registry, 'hashicorp', 'aws')),
    )
    .flatMap((folder) => packagesIn(view, folder, target))
    .filter(({ version }) => isInRange(version))
    .reduce<ProviderPackage | undefined>(
      (best, found) =>
        best === undefined || compare(numbers(found.version), numbers(best.version)) > 0 ? found : best,
      undefined,
    );
}

/** All folders that may be a mirror, in the order in which equal versions are preferred. */
export function mirrorFolders(view: FileSystemView, search: MirrorSearch): string[] {
  const cache = search.env.TF_PLUGIN_CACHE_DIR;
  const shared = ['/opt', '/usr/share', '/usr/local/share'];
  const folders = [
    ...(cache === undefined || cache === '' ? [] : [cache]),
    ...impliedMirrorFolders(search),
    ...shared.flatMap((parent) => view.list(parent).map((name) => join(parent, name))),
  ];
  return [...new Set(folders)];
}

/**
 * The folders that Terraform takes for mirrors where no `provider_installation` is configured.
 * https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
 */
export function impliedMirrorFolders({ platform, home, env }: MirrorSearch): string[] {
  if (platform === 'win32') {
    const data = env.APPDATA ?? join(home, 'AppData', 'Roaming');
    return [join(data, 'terraform.d', 'plugins'), join(data, 'HashiCorp', 'Terraform', 'plugins')];
  }
  const own = join(home, '.terraform.d', 'plugins');
  if (platform === 'darwin') {
    const support = join('Library', 'Application Support', 'io.terraform', 'plugins');
    return [own, join(home, support), join('/', support)];
  }
  const dataHome = nonEmpty(env.XDG_DATA_HOME) ?? join(home, '.local', 'share');
  const dataFolders = (nonEmpty(env.XDG_DATA_DIRS) ?? '/usr/local/share:/usr/share').split(':');
  return [own, ...[dataHome, ...dataFolders].map((folder) => join(folder, 'terraform', 'plugins'))];
}

/** Both layouts of `terraform providers mirror` and of the plugin cache. */
function packagesIn(view: FileSystemView, folder: string, target: string): ProviderPackage[] {
  const packedName = new RegExp(`^terraform-provider-aws_(.+)_${target}\\.zip$`);
  return view.list(folder).flatMap((name): ProviderPackage[] => {
    const version = packedName.exec(name)?.[1];
    if (version !== undefined) return [{ version, path: join(folder, name), packed: true, target }];
    const unpacked = join(folder, name, target);
    // A copy that was broken off leaves the folder without the program.
    const holdsProvider = view.list(unpacked).some((file) => file.startsWith('terraform-provider-aws'));
    return holdsProvider ? [{ version: name, path: unpacked, packed: false, target }] : [];
  });
}

/** A pre-release is in no range, as in Terraform. */
function isInRange(version: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  return (
    compare(numbers(version), providerRange.from) >= 0 && compare(numbers(version), providerRange.below) < 0
  );
}

function numbers(version: string): number[] {
  return version.split('.').map(Number);
}

function compare(left: readonly number[], right: readonly number[]): number {
  const difference = left.map((part, index) => part - (right[index] ?? 0)).find((part) => part !== 0);
  return difference ?? 0;
}

function targetOf(platform: NodeJS.Platform, architecture: NodeJS.Architecture): string {
  const system = platform === 'win32' ? 'windows' : platform;
  const processors: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', ia32: '386' };
  return `${system}_${processors[architecture] ?? architecture}`;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
