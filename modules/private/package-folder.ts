import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A file of this package, by its path in it. Looked for upwards from here: where a program is bundled, this folder is
 * the program's.
 */
export function packageFile(path: string): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const file = join(folder, path);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) throw new Error(`${path} is not in this package`);
  }
}
