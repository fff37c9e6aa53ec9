import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../lab/host/processes';
import { ensurePythonEnvironment } from '../../lab/host/python-environment';
import { repository } from '../support/lab-fixture';

let folder: string;
let record: string;
let processes: Processes;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-install-'));
  record = join(folder, 'processes.jsonl');
  processes = new Processes(record);
});
afterEach(async () => {
  await processes.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

/** A Python whose every call runs this script; `$3` is the folder of `-m venv`. */
function python(script: string): string {
  const file = join(folder, 'python3');
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

const directoryOf = () => join(folder, 'lab', 'moto');
const ensureMoto = (python: string, signal?: AbortSignal) =>
  ensurePythonEnvironment({
    processes,
    directory: directoryOf(),
    program: { name: 'moto', megabytes: 140 },
    requirementsFile: join(repository, 'lab', 'moto', 'requirements.txt'),
    python,
    signal,
  });
const unfinished = () => readdirSync(join(folder, 'lab')).filter((name) => name.includes('unfinished'));

test('without a way to make an environment the package is named', async () => {
  const broken = python('echo "ensurepip is not available" >&2; exit 1');
  await expect(ensureMoto(broken)).rejects.toMatchObject({
    code: 'ToolsMissing',
    message: expect.stringContaining('python3-venv'),
  });
});

test('an interruption ends what is being installed, and blames nothing for it', async () => {
  const controller = new AbortController();
  const slow = python(`echo ensurepip; mkdir -p "$3"; touch "${folder}/begun"; sleep 1000 & wait`);
  const made = ensureMoto(slow, controller.signal);
  while (!existsSync(join(folder, 'begun'))) await new Promise(setImmediate);
  controller.abort();
  await expect(made).rejects.toBe(controller.signal.reason);
  expect(await Processes.stopRecorded(record)).toEqual([]);
  expect(unfinished()).toEqual([]);
});

test('what a killed run left beside its place goes, and the environment comes into it whole', async () => {
  const left = join(folder, 'lab', 'moto.unfinished.1');
  mkdirSync(join(left, 'bin'), { recursive: true });
  mkdirSync(directoryOf());
  writeFileSync(join(directoryOf(), 'torn'), '');
  const quick = python('test "$2" = venv || exit 0; mkdir -p "$3/bin"; cp "$0" "$3/bin/python"');
  const interpreter = await ensureMoto(quick);
  expect(readFileSync(interpreter, 'utf8')).toContain('venv');
  expect(existsSync(join(directoryOf(), 'torn'))).toBe(false);
  expect(unfinished()).toEqual([]);
});
