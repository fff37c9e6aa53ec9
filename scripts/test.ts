/**
 * `npm test`: format and lint, types, unit tests, system tests. The last line of standard output is
 * `N passed, N failed, N skipped`. `--quick` leaves the system tests out.
 */
import { installPackages, thisHost } from '../lab/host/apt';
import { findExecutable } from '../lab/host/executables';
import { ensureTools } from '../lab/host/tools';
import { fetchNodeOf } from '../runtime/project-release';
import { runStages, type Stage } from './test-stages';

const stages: readonly Stage[] = [
  { name: 'format and lint', kind: 'check', command: bin('biome', 'check', '--error-on-warnings', '.') },
  { name: 'types', kind: 'check', command: bin('tsc', '--noEmit') },
  {
    name: 'unit tests',
    kind: 'jest',
    command: bin('jest', '--selectProjects', 'unit'),
    prepare: ensureShellCheck,
  },
];

const system: Stage = {
  name: 'system tests',
  kind: 'jest',
  // Each worker runs servers of its own: more of them would measure the machine and not the service.
  command: bin('jest', '--selectProjects', 'system', '--maxWorkers=2'),
  prepare: async () => {
    await ensureTools({
      boots: process.platform === 'linux' && process.getuid?.() === 0,
      emit: (event) => {
        if (event.type === 'notice') console.error(event.text);
      },
    });
    // Once for all the projects that the tests make.
    await fetchNodeOf(process.cwd(), { notify: console.error });
  },
};

/** Without it, the tests of the shell files are skipped, and say why. */
async function ensureShellCheck(): Promise<void> {
  if (findExecutable('shellcheck') !== undefined || findExecutable('apt-get') === undefined) return;
  if (process.getuid?.() !== 0) return;
  console.error('Installing shellcheck by apt …');
  await installPackages(['shellcheck'], thisHost).catch((error: Error) => console.error(error.message));
}

function bin(name: string, ...args: string[]): [string, ...string[]] {
  return [`node_modules/.bin/${name}`, ...args];
}

const isQuick = process.argv.includes('--quick');

void runStages(isQuick ? stages : [...stages, system]).then((exitCode) => {
  process.exitCode = exitCode;
});
