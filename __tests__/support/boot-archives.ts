/** What lies in the release bucket of a boot fixture. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from 'tar';
import { repository } from './lab-fixture';

/** The release's own programs and units, with an app that is never run. */
export function releaseArchive(): Promise<Buffer> {
  return archiveOf((folder) => {
    for (const name of ['bin', 'keys', 'logs', 'systemd']) {
      cpSync(join(repository, 'runtime', name), join(folder, name), { recursive: true });
    }
    cpSync(join(repository, 'nginx'), join(folder, 'nginx'), { recursive: true });
    writeFileSync(join(folder, 'app.cjs'), '// the first\n');
  });
}

/** As npm packs it, but for a script that runs the Node of this test. */
export function nodeArchive(): Promise<Buffer> {
  return archiveOf((folder) => {
    mkdirSync(join(folder, 'package/bin'), { recursive: true });
    writeFileSync(join(folder, 'package/README.md'), 'not for instances\n');
    writeFileSync(join(folder, 'package/bin/node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, {
      mode: 0o755,
    });
  });
}

async function archiveOf(fill: (folder: string) => void): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    fill(folder);
    return (await create(
      { cwd: folder, gzip: true, portable: true },
      readdirSync(folder),
    ).concat()) as Buffer;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
