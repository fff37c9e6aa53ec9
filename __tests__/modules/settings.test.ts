import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readServiceSettings } from '../../modules/settings';

const service = { name: 'web', region: 'eu-central-1' };

test('settings are the service, its region, and a backend if there is one', () => {
  expect(readServiceSettings({ service: { ...service, maxCapacity: 4 }, cdktfOwn: true })).toEqual({
    service: { name: 'web', maxCapacity: 4 },
    region: 'eu-central-1',
    backend: undefined,
  });
  const backend = { bucket: 'states', key: 'web.tfstate', region: 'us-east-1' };
  expect(readServiceSettings({ service, backend })).toMatchObject({ backend });
});

test.each([
  [{}, 'MissingSetting', 'no service'],
  [{ service: 'web' }, 'InvalidSetting', 'service is "web"'],
  [{ service: ['web'] }, 'InvalidSetting', 'must be an object'],
  [{ service: { name: 'web' } }, 'MissingSetting', 'service.region'],
  [{ service: { region: 'eu-central-1' } }, 'MissingSetting', 'service.name'],
  [{ service: { ...service, region: 'Frankfurt' } }, 'InvalidRegion', 'service.region is "Frankfurt"'],
  [{ service: { ...service, warmupSeconds: 0 } }, 'SettingOutOfRange', 'service.warmupSeconds is 0'],
  [{ service: { ...service, networks: {} } }, 'UnknownSetting', 'Did you mean network?'],
  [
    { service: { ...service, environment: { A: 5 } } },
    'InvalidEnvironmentValue',
    'service.environment.A is 5',
  ],
  [{ service, backend: { bucket: 'states', key: 'k' } }, 'MissingSetting', 'backend.region'],
  [
    { service, backend: { bucket: 'B', key: 'k', region: 'eu-west-1' } },
    'InvalidSetting',
    'backend.bucket is "B"',
  ],
])('the context %j is refused as %s', (context, code, words) => {
  expect(() => readServiceSettings(context)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) }),
  );
});

test('reading settings loads neither CDKTF nor the provider', () => {
  const script = `require('./modules/settings.ts');
    console.log(Object.keys(require.cache).filter((path) => /node_modules.(cdktf|constructs|@cdktf)/.test(path)).length)`;
  const root = join(__dirname, '../..');
  const loaded = execFileSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], { cwd: root });
  expect(String(loaded).trim()).toBe('0');
});
