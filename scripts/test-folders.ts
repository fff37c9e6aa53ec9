/**
 * The folders in which tests start labs and other processes. Each is written down with the process that has it: whoever
 * comes after one that was killed ends what is recorded there, by the same steps as a lab does, and nothing else.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { withLock } from '../lab/host/file-lock';
import { endLab } from '../lab/host/lock';
import { identify, isAlive, type ProcessIdentity } from '../lab/host/process-identity';

interface FolderRecord {
  readonly directory: string;
  readonly owner: ProcessIdentity;
}

/** Milliseconds for a command that a test ran to take down its own lab. */
const patience = 20_000;

export class TestFolders {
  /** @param records holds a file for each folder in use */
  constructor(private readonly records: string) {}

  /** @param kind the first part of its name */
  make(kind: string): string {
    const owner = identify(process.pid);
    if (owner === undefined) throw new Error('this process cannot be identified');
    const directory = mkdtempSync(join(tmpdir(), `${kind}-`));
    mkdirSync(this.records, { recursive: true });
    writeFileSync(this.#recordOf(directory), JSON.stringify({ directory, owner } satisfies FolderRecord));
    return directory;
  }

  /** Once all is ended that was started in it. */
  remove(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
    rmSync(this.#recordOf(directory), { force: true });
  }

  /**
   * Ends what processes that are gone have left in their folders, and removes those.
   *
   * @returns what there was, by name
   */
  async endAbandoned(): Promise<string[]> {
    return withLock(join(this.records, 'lock'), async () => {
      const ended: string[] = [];
      // To end a run of tests makes orphans of its workers' folders: those are the next to go.
      for (let left = this.#abandoned(); left.length > 0; left = this.#abandoned()) {
        for (const directory of left) {
          // The second is where a command has its lab that was run in this folder.
          for (const lab of [directory, join(directory, '.lab')])
            ended.push(...(await endLab(lab, patience)));
          this.remove(directory);
        }
      }
      return ended;
    });
  }

  #abandoned(): string[] {
    return readdirSync(this.records)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readRecord(join(this.records, name)))
      .filter(({ owner }) => !isAlive(owner))
      .map(({ directory }) => directory);
  }

  #recordOf(directory: string): string {
    return join(this.records, `${basename(directory)}.json`);
  }
}

/** A record that is being written, or was torn by a kill, names a folder in which nothing was started yet. */
function readRecord(file: string): FolderRecord[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as FolderRecord];
  } catch {
    return [];
  }
}

/** Of this checkout. */
export const testFolders = new TestFolders(join(__dirname, '..', '.lab', 'tests'));
