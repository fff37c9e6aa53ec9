import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../lab/host/processes';
import { readServiceContext, synthesize } from '../../lab/synthesize';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'project-'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const run = (outputDirectory: string, signal?: AbortSignal) =>
  synthesize(readServiceContext(project, {}), {
    processes: new Processes(join(project, 'processes.jsonl')),
    projectDirectory: project,
    outputDirectory,
    logFile: join(project, 'synthesis.log'),
    signal,
  });

const write = (cdktfJson: object) => writeFileSync(join(project, 'cdktf.json'), JSON.stringify(cdktfJson));

const service = { name: 'shop', region: 'eu-central-1', minCapacity: 1, maxCapacity: 3 };

test('what is asked for is laid over cdktf.json, what is not leaves it as it is', () => {
  write({ context: { service: { ...service, cpuTarget: 60 }, other: 1 } });
  const { settings, context } = readServiceContext(project, { minCapacity: 2, cpuTarget: undefined });
  expect(context).toEqual({ service: { ...service, minCapacity: 2, cpuTarget: 60 }, other: 1 });
  expect(settings.service.name).toBe('shop');
});

test('settings that the app would refuse are refused before it runs', () => {
  write({ context: { service } });
  expect(() => readServiceContext(project, { minCapacity: 4 })).toThrow(/4/);
});

test.each([['web'], [[]], [null], [undefined]])(
  'a service that is %j is refused as the app refuses it',
  (service) => {
    write({ context: { service } });
    const code = service === undefined ? 'MissingSetting' : 'InvalidSetting';
    const message = expect.stringMatching(
      /^(The context has no service|service is .*; it must be an object)/,
    );
    expect(() => readServiceContext(project, { minCapacity: 1 })).toThrow(
      expect.objectContaining({ code, message }),
    );
  },
);

test.each([
  ['is missing', undefined],
  ['is no JSON', '{'],
  ['is null', 'null'],
  ['is a list', '[]'],
  ['has a context that is none', '{ "context": null }'],
  ['has a number for an app', '{ "app": 5 }'],
])('a cdktf.json that %s is told with its place', (_what, text) => {
  if (text !== undefined) writeFileSync(join(project, 'cdktf.json'), text);
  expect(() => readServiceContext(project, {})).toThrow(
    expect.objectContaining({
      code: 'CdktfJsonUnreadable',
      message: expect.stringContaining(join(project, 'cdktf.json')),
    }),
  );
});

test('the app is run as cdktf runs it: in the project, with folder and context, and nothing of ours beside them', async () => {
  write({
    app: 'pwd > "$CDKTF_OUTDIR/folder"; env > "$CDKTF_OUTDIR/environment"',
    context: { service },
  });
  const output = join(project, 'cdktf.out');
  mkdirSync(output);
  writeFileSync(join(output, 'of-an-earlier-run'), '');
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
  const synthesized = await run(output).finally(() => {
    delete process.env.AWS_ENDPOINT_URL;
  });
  expect(synthesized).toEqual({ stack: 'shop', stackDirectory: join(output, 'stacks', 'shop') });
  expect(readFileSync(join(output, 'folder'), 'utf8').trim()).toBe(project);
  const environment = readFileSync(join(output, 'environment'), 'utf8');
  expect(environment).toContain(`CDKTF_CONTEXT_JSON=${JSON.stringify({ service })}`);
  expect(environment).not.toContain('AWS_');
  expect(existsSync(join(output, 'of-an-earlier-run'))).toBe(false);
});

test.each([
  ['what it printed', 'echo "no such module" >&2; exit 1', 'no such module'],
  ['the command, where it printed nothing', 'exit 3', 'exit 3'],
])('an app that fails is told with %s', async (_what, app, expected) => {
  write({ app, context: { service } });
  await expect(run(join(project, 'out'))).rejects.toMatchObject({
    code: 'SynthesisFailed',
    message: expect.stringContaining(expected),
  });
});

test('without an app there is nothing to run', async () => {
  write({ context: { service } });
  await expect(run(join(project, 'out'))).rejects.toMatchObject({
    code: 'CdktfJsonUnreadable',
  });
});

test('an interruption ends the app, and is not told as its failure', async () => {
  write({ app: `touch ${join(project, 'begun')}; sleep 1000 & wait`, context: { service } });
  const controller = new AbortController();
  const synthesized = run(join(project, 'out'), controller.signal);
  while (!existsSync(join(project, 'begun'))) await new Promise(setImmediate);
  controller.abort();
  await expect(synthesized).rejects.toBe(controller.signal.reason);
});
