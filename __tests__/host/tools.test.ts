import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AptHost } from '../../lab/host/apt';
import { ensureTools } from '../../lab/host/tools';

let folder: string;
let bin: string;
let installed: string[];
let aptHost: AptHost;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-tools-'));
  bin = join(folder, 'bin');
  mkdirSync(bin);
  installed = [];
  aptHost = {
    policyFile: join(folder, 'policy-rc.d'),
    run: async (_command, args) => {
      installed.push(...args);
      return { succeeded: true, output: '' };
    },
    enabledServices: () => [],
    remove: () => undefined,
  };
  for (const name of ['nginx', 'haproxy', 'ab', 'apt-get']) program(name, 'exit 0');
  program('terraform', 'echo "{}"');
  program('python3', 'echo 3.12');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

const check = (signal?: AbortSignal) => ensureTools({ env: { PATH: bin }, aptHost, signal });

test('a host with everything has nothing installed, and the programs are told by their paths', async () => {
  await expect(check()).resolves.toMatchObject({ terraform: join(bin, 'terraform') });
  expect(installed).toEqual([]);
});

test('a program that a signal ended while it was asked is not taken for a missing one', async () => {
  program('python3', 'kill -INT $$');
  await expect(check()).rejects.toMatchObject({ code: 'CheckInterrupted' });
  expect(installed).toEqual([]);
});

test('an interruption that comes during the check is what ends it, and nothing is installed after it', async () => {
  const controller = new AbortController();
  program('python3', 'kill -INT $$');
  const checked = check(controller.signal);
  controller.abort();
  await expect(checked).rejects.toBe(controller.signal.reason);
  expect(installed).toEqual([]);
});

test('a Terraform that does not tell its version is refused before anything is started', async () => {
  program('terraform', 'exit 1');
  await expect(check()).rejects.toMatchObject({
    code: 'TerraformUnusable',
    message: expect.stringContaining(join(bin, 'terraform')),
  });
});
