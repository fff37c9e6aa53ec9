/** A release folder as small as it can be: what is in the files nobody asks at synth. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeArchitecture } from '../../modules/private/node-runtime';
import type { ReleaseManifest } from '../../modules/private/release-folder';

export function writeFakeRelease(folder: string, architecture: NodeArchitecture = 'x64', app = 'app') {
  mkdirSync(folder, { recursive: true });
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return { file: name, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const manifest: ReleaseManifest = {
    app: file('app.tar.gz', app),
    node: { ...file(`node-linux-${architecture}.tgz`, 'node'), version: '24.21.0', architecture },
  };
  writeFileSync(join(folder, 'release.json'), JSON.stringify(manifest));
  return manifest;
}
