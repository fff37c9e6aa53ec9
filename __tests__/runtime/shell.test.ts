/** ShellCheck has nothing to say on any shell file of the repository. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExecutable } from '../../lab/host/executables';
import { needing } from '../support/needing';

const repository = join(__dirname, '..', '..');
const shellcheck = findExecutable('shellcheck');

/** By what they begin with, as a shell would know them. */
const shellFiles = ['.ci', 'runtime', 'lab', 'cli', 'scripts'].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
    .filter((path) =>
      /^#!.*\b(ba)?sh\b|^# shellcheck shell=/.test(readFileSync(join(repository, path), 'utf8')),
    ),
);

test('the boot programs are among them', () => {
  expect(shellFiles).toEqual(
    expect.arrayContaining([
      'runtime/boot/common.sh',
      'runtime/boot/install',
      'runtime/boot/activate',
      'runtime/bin/serve.sh',
      'runtime/bin/install-agents',
    ]),
  );
});

for (const path of shellFiles) {
  needing('shellcheck', shellcheck !== undefined).test(path, () => {
    const command = shellcheck ?? 'shellcheck';
    expect(() => execFileSync(command, ['-x', path], { cwd: repository, encoding: 'utf8' })).not.toThrow();
  });
}
