/** AWS's agents are installed only when AWS signed them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from '../../lab/host/executables';
import { repository } from '../support/lab-fixture';
import { needing } from '../support/needing';

const gpg = findExecutable('gpg');

const folder = mkdtempSync(join(tmpdir(), 'agents-'));
const packages = join(folder, 'packages');
const calls = join(folder, 'calls');
let fingerprint = '';

afterAll(() => {
  if (gpg !== undefined) spawnSync('gpgconf', ['--homedir', join(folder, 'gnupg'), '--kill', 'all']);
  rmSync(folder, { recursive: true, force: true });
});

function run(
  step: string,
  settings: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  const lines = Object.entries({ AWS_REGION: 'eu-central-1', LOG_GROUP: '', ...settings });
  writeFileSync(join(folder, 'settings'), lines.map(([key, value]) => `${key}="${value}"\n`).join(''));
  rmSync(calls, { force: true });
  const { status, stderr } = spawnSync(join(repository, 'runtime/bin/install-agents'), [step, packages], {
    encoding: 'utf8',
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      CALLS: calls,
      SETTINGS: join(folder, 'settings'),
      SSM_KEY: fingerprint,
      ...env,
    },
  });
  const called = existsSync(calls) ? readFileSync(calls, 'utf8').trimEnd().split('\n') : [];
  return { status, stderr, called };
}

function program(name: string, body: string): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/usr/bin/env bash\n${body}\n`);
  chmodSync(path, 0o755);
}

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  program('systemctl', '[[ ! -v UNITS ]] || echo "$UNITS enabled"');
  program('dpkg', 'if [[ $1 == -i ]]; then echo "dpkg $*" >>"$CALLS"; else echo arm64; fi');
  program(
    'curl',
    'for url; do :; done; echo "$url" >>"$CALLS"; while [[ $1 != -o ]]; do shift; done; echo got >"$2"',
  );
});
beforeEach(() => {
  rmSync(packages, { recursive: true, force: true });
  mkdirSync(packages);
});

test("the SSM agent and its signature come from AWS's bucket in the region", () => {
  const { status, called } = run('download', {});
  expect(status).toBe(0);
  const url =
    'https://s3.eu-central-1.amazonaws.com/amazon-ssm-eu-central-1/latest/debian_arm64/amazon-ssm-agent.deb';
  expect(called).toEqual([url, `${url}.sig`]);
});

test('in China they come from the domain there', () => {
  expect(run('download', { AWS_REGION: 'cn-north-1' }).called[0]).toContain(
    'https://s3.cn-north-1.amazonaws.com.cn/',
  );
});

test('an image that has the SSM agent, as a package or as a snap, keeps its own', () => {
  expect(run('download', {}, { UNITS: 'snap.amazon-ssm-agent.amazon-ssm-agent.service' }).called).toEqual([]);
});

test('the CloudWatch agent is fetched where there is a log group', () => {
  const { called } = run('download', { LOG_GROUP: '/web' });
  expect(called).toContain(
    'https://amazoncloudwatch-agent.s3.amazonaws.com/assets/amazon-cloudwatch-agent.gpg',
  );
  expect(called.at(-1)).toMatch(
    /^https:\/\/amazoncloudwatch-agent-eu-central-1\.s3\.eu-central-1\.amazonaws\.com\/\w+\/arm64\/latest\/amazon-cloudwatch-agent\.deb\.sig$/,
  );
});

test('what was not downloaded is not installed, and not told twice', () => {
  expect(run('install', {})).toEqual({ status: 0, stderr: '', called: [] });
});

needing('gpg', gpg !== undefined).describe('a package', () => {
  const home = ['--homedir', join(folder, 'gnupg'), '--batch', '--quiet'];
  const deb = join(packages, 'ssm.deb');
  const ask = (...args: string[]) =>
    execFileSync('gpg', [...home, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  beforeAll(() => {
    mkdirSync(join(folder, 'gnupg'), { mode: 0o700 });
    ask('--passphrase', '', '--quick-generate-key', 'agent@example.org', 'rsa2048', 'sign');
    fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(ask('--list-keys', '--with-colons'))?.[1] ?? '';
  });
  beforeEach(() => {
    writeFileSync(deb, 'the agent');
    writeFileSync(join(packages, 'ssm.asc'), ask('--armor', '--export'));
    ask('--output', `${deb}.sig`, '--detach-sign', deb);
  });

  test('signed by the key is installed', () => {
    expect(run('install', {})).toEqual({ status: 0, stderr: '', called: [`dpkg -i ${deb}`] });
  });

  test('changed after it was signed is not', () => {
    writeFileSync(deb, 'another agent');
    expect(run('install', {})).toEqual({
      status: 1,
      stderr: `koa-boot: the package ssm is not signed by the key ${fingerprint}\n`,
      called: [],
    });
  });

  test('signed by another key than the one that is named is not, though that key came along', () => {
    const { status, called } = run('install', {}, { SSM_KEY: '0'.repeat(40) });
    expect({ status, called }).toEqual({ status: 1, called: [] });
  });

  test("the key in the repository is the one whose fingerprint AWS's documentation gives", () => {
    const key = join(repository, 'runtime/keys/amazon-ssm-agent.asc');
    const script = readFileSync(join(repository, 'runtime/bin/install-agents'), 'utf8');
    const named = /SSM_KEY:=([0-9A-F]{40})/.exec(script)?.[1];
    expect(ask('--show-keys', '--with-colons', key)).toContain(`:${named}:`);
  });
});
