/** The root file systems that instances start from: made once each, and kept from one run to the next. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { Emit } from '../events';
import { withLock } from '../host/file-lock';
import type { Processes } from '../host/processes';
import { type MachineImage, machineImages } from '../moto/images';
import { type Architecture, labFiles, mmdebstrapArguments, type OperatingSystem, recipeOf } from './recipes';

export interface RootFileSystemsOptions {
  readonly processes: Processes;
  /** Where they are kept. */
  readonly directory: string;
  readonly emit: Emit;
}

/** What an instance of each published image boots from. */
const publications: readonly { readonly title: string; readonly os: OperatingSystem }[] = [
  { title: 'Ubuntu, 24.04', os: 'ubuntu-24.04' },
  { title: 'Debian 12', os: 'debian-12' },
];

export class RootFileSystems {
  readonly #made = new Map<string, Promise<string>>();

  constructor(private readonly options: RootFileSystemsOptions) {}

  /**
   * The root file system behind an image of the embedded AWS; made at the first call.
   *
   * @throws ServiceError `ImageUnknown`, `ImageNotMade`
   */
  async of(imageId: string): Promise<string> {
    const image = machineImages.find((candidate) => candidate.imageId === imageId);
    const os = publications.find(({ title }) => image?.description.includes(title))?.os;
    if (image === undefined || os === undefined) {
      throw new ServiceError(
        'ImageUnknown',
        `An instance can't boot from ${imageId}: the lab has root file systems of Ubuntu 24.04 and Debian 12, and of ` +
          'images made in it',
      );
    }
    const architecture = architectureOf(image);
    try {
      return await this.ensure(os, architecture);
    } catch (error) {
      // Where the Ubuntu archive can't be reached, better another system than none.
      if (os !== 'ubuntu-24.04' || !(error instanceof ServiceError)) throw error;
      const text = `${error.message}. Instances boot Debian 12 instead`;
      this.options.emit({ type: 'notice', level: 'warning', text });
      return this.ensure('debian-12', architecture);
    }
  }

  /** @returns its folder. @throws ServiceError `ImageNotMade` */
  ensure(os: OperatingSystem, architecture: Architecture): Promise<string> {
    const name = `${os}-${architecture}`;
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    const making = this.#ensure(os, architecture, join(resolve(this.options.directory), name));
    this.#made.set(name, making);
    // Tried again at the next launch.
    making.catch(() => this.#made.delete(name));
    return making;
  }

  /** Two labs at once wait for each other. */
  async #ensure(os: OperatingSystem, architecture: Architecture, folder: string): Promise<string> {
    const root = join(folder, 'root');
    const wanted = digestOf(os, architecture);
    if (isMade(folder, wanted)) return root;
    await withLock(`${folder}.lock`, async () => {
      if (isMade(folder, wanted)) return;
      await this.#make(os, architecture, folder, wanted);
    });
    return root;
  }

  /** Beside its place, and put there in one step: what lies there is whole. */
  async #make(
    os: OperatingSystem,
    architecture: Architecture,
    folder: string,
    digest: string,
  ): Promise<void> {
    const { processes, emit } = this.options;
    const recipe = recipeOf(os, architecture);
    const text = `Making the ${recipe.title} root file system (once, some 250 MB) …`;
    emit({ type: 'notice', level: 'info', text });
    const building = `${folder}.new`;
    const root = join(building, 'root');
    rmSync(building, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    const logFile = `${folder}.log`;
    rmSync(logFile, { force: true });
    const mmdebstrap = await processes.start(
      `root file system ${recipe.title}`,
      // What it mounts goes with it, also when it is killed.
      'unshare',
      ['--mount', '--propagation', 'slave', 'mmdebstrap', ...mmdebstrapArguments(recipe, architecture, root)],
      { env: { PATH: systemPath, LANG: 'C.UTF-8', ...proxies() }, logFile },
    );
    const how = await mmdebstrap.ended;
    if (how !== 'exit code 0') throw notMade(recipe.title, how, logFile);
    for (const [path, content] of labFiles(os)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    writeFileSync(join(building, 'recipe.sha256'), digest);
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  }
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The user's way to the archives, where it isn't the straight one. */
function proxies(): Record<string, string> {
  const { http_proxy } = process.env;
  return http_proxy === undefined ? {} : { http_proxy };
}

/** Changes with everything that it is made from. */
function digestOf(os: OperatingSystem, architecture: Architecture): string {
  const made = [
    recipeOf(os, architecture),
    [...labFiles(os)],
    mmdebstrapArguments(recipeOf(os, architecture), architecture, ''),
  ];
  return createHash('sha256')
    .update(JSON.stringify(made.map((part) => ({ ...part, keyring: undefined }))))
    .digest('hex');
}

function isMade(folder: string, digest: string): boolean {
  const file = join(folder, 'recipe.sha256');
  return existsSync(file) && readFileSync(file, 'utf8') === digest;
}

function architectureOf({ architecture }: MachineImage): Architecture {
  return architecture === 'x86_64' ? 'amd64' : 'arm64';
}

function notMade(title: string, how: string, logFile: string): ServiceError {
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
  const errors = log.split('\n').filter((line) => /^(E|W): /.test(line));
  const reason =
    errors.find((line) => line.startsWith('E: ') && !/^E: (apt-get|mmdebstrap) /.test(line)) ?? errors[0];
  return new ServiceError(
    'ImageNotMade',
    `The ${title} root file system could not be made: ${reason ?? `mmdebstrap ended with ${how}`}; see ${logFile}`,
  );
}
