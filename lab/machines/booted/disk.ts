/** An instance's disk: the layers of its image, which it shares with others, and one of its own on top. */
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Names in the folder of a disk. */
export const diskParts = ['upper', 'work', 'root', 'layers'] as const;

export class Disk {
  private constructor(
    /** Holds what start-container.sh mounts. */
    readonly folder: string,
    /** Uppermost first; its own not among them. */
    readonly layers: readonly string[],
  ) {}

  static async create(folder: string, layers: readonly string[]): Promise<Disk> {
    const disk = new Disk(folder, layers);
    await disk.remove();
    for (const part of ['upper', 'work', 'root']) await mkdir(join(folder, part), { recursive: true });
    await disk.#order(layers);
    return disk;
  }

  /** @param files content by path */
  async write(files: ReadonlyMap<string, string>): Promise<void> {
    for (const [path, content] of files) {
      const file = join(this.folder, 'upper', path);
      await mkdir(dirname(file), { recursive: true });
      // Not for everyone: user data may hold what only root is to read.
      await writeFile(file, content, { mode: path.startsWith('var/lib/cloud/') ? 0o600 : 0o644 });
    }
  }

  /**
   * Moves what is its own to `target`, which becomes a layer below it: nothing is copied, and the disk holds the same
   * as before. Only while no container runs on it.
   */
  async freeze(target: string): Promise<Disk> {
    const layers = [target, ...this.layers];
    await mkdir(dirname(target), { recursive: true });
    await rename(join(this.folder, 'upper'), target);
    await rm(join(this.folder, 'work'), { recursive: true, force: true });
    for (const part of ['upper', 'work']) await mkdir(join(this.folder, part));
    await this.#order(layers);
    return new Disk(this.folder, layers);
  }

  async remove(): Promise<void> {
    for (const part of diskParts) {
      await rm(join(this.folder, part), { recursive: true, force: true });
    }
  }

  async #order(layers: readonly string[]): Promise<void> {
    await rm(join(this.folder, 'layers'), { recursive: true, force: true });
    await mkdir(join(this.folder, 'layers'));
    for (const [index, layer] of layers.entries()) {
      await symlink(layer, join(this.folder, 'layers', String(index)));
    }
    const order = layers.map((_, index) => `layers/${index}`).join(':');
    await writeFile(join(this.folder, 'layers', 'order'), order);
  }
}
