/** The variables that the runtime reads or sets, and those that a service may set: two lists that must agree. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkService } from '../../modules/props';
import { boundedEnvironment, reservedEnvironment } from '../../modules/props/environment';
import { logLevels, readConfiguration } from '../../runtime/app/configuration';

const runtime = join(__dirname, '../../runtime');

/** Those that the app asks for, on systemd's socket, on one of its own and on a port. */
function readByTheApp(): string[] {
  const asked = new Set<string>();
  const given: Record<string, string>[] = [
    { LISTEN_PID: String(process.pid), LISTEN_FDS: '1' },
    { SOCKET_PATH: '/run/koa.sock' },
    {},
  ];
  for (const environment of given) {
    const watched = new Proxy(environment, {
      get: (target, name) => {
        asked.add(String(name));
        return target[String(name)];
      },
    });
    readConfiguration(watched, process.pid);
  }
  const sources = readdirSync(join(runtime, 'app')).filter((name) => name.endsWith('.ts'));
  for (const source of sources) {
    const text = readFileSync(join(runtime, 'app', source), 'utf8');
    for (const [, name = ''] of text.matchAll(/\b(?:environment|env)\.([A-Z_]+)/g)) asked.add(name);
  }
  return [...asked];
}

function setByTheUnit(): string[] {
  const unit = readFileSync(join(runtime, 'systemd/system/koa@.service'), 'utf8');
  return [...unit.matchAll(/^Environment=(.*)$/gm)]
    .flatMap(([, line = '']) => line.split(' '))
    .map((assignment) => assignment.split('=')[0] ?? '');
}

/** `activate` writes them to /run/koa/environment. */
function setAtActivation(): string[] {
  const [, writing = ''] = /^write_run\(\) \{\n([\s\S]*?)^\}/m.exec(
    readFileSync(join(runtime, 'bin/serve.sh'), 'utf8'),
  ) ?? [''];
  return [...writing.matchAll(/"([A-Z_]+)=/g)].map(([, name = '']) => name);
}

const ofTheRuntime = [...readByTheApp(), ...setByTheUnit(), ...setAtActivation()];
const ofTheModules = [...reservedEnvironment, ...Object.keys(boundedEnvironment)];

test('whatever the runtime reads or sets is reserved or bounded', () => {
  expect(ofTheRuntime).toEqual(
    expect.arrayContaining(['LISTEN_FDS', 'CREDENTIALS_DIRECTORY', 'WORKER', 'AWS_REGION', 'LOG_LEVEL']),
  );
  const open = ofTheRuntime.filter((name) => !ofTheModules.includes(name) && !name.startsWith('LISTEN_'));
  expect(open).toEqual([]);
});

test('nothing else is reserved or bounded, but for the name that user data sets', () => {
  expect(ofTheModules.filter((name) => !ofTheRuntime.includes(name))).toEqual(['SERVICE_NAME']);
});

test.each(reservedEnvironment)('%s is refused, and the sentence names what else is', (name) => {
  expect(() => check({ [name]: '1' })).toThrow(/A name in environment is .*LISTEN_\*/);
});

test.each([
  ...logLevels.map((level) => ['LOG_LEVEL', level]),
  ...['', 'INFO', 'verbose', '7'].map((level) => ['LOG_LEVEL', level]),
  ...['', '0', '1', '99', '100', '0100', '60000', '60001', '-100', '1e3', '100.5', ' 100', 'never'].map(
    (delay) => ['OVERLOAD_DELAY_MILLISECONDS', delay],
  ),
] as [string, string][])('%s="%s" is taken at synth if the app takes it, and else refused', (name, value) => {
  const taken = (work: () => unknown) => {
    try {
      work();
      return true;
    } catch {
      return false;
    }
  };
  expect(taken(() => check({ [name]: value }))).toBe(
    taken(() => readConfiguration({ [name]: value }, process.pid)),
  );
});

test('what is refused is named with its value and what is allowed', () => {
  expect(() => check({ LOG_LEVEL: 'loud' })).toThrow(/environment\.LOG_LEVEL is "loud"; .*"warn"/);
  expect(() => check({ OVERLOAD_DELAY_MILLISECONDS: '5' })).toThrow(
    'environment.OVERLOAD_DELAY_MILLISECONDS is "5"; it must be a whole number from 100 to 60000, or 0',
  );
});

test('a bounded value that only Terraform knows passes', () => {
  const isReference = (value: unknown) => value === 'a reference';
  expect(() =>
    checkService({ name: 'web', environment: { LOG_LEVEL: 'a reference' } }, '', isReference),
  ).not.toThrow();
});

function check(environment: Readonly<Record<string, string>>): void {
  checkService({ name: 'web', environment }, '', () => false);
}
