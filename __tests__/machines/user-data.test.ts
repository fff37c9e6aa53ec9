import { readUserData } from '../../lab/machines/user-data';

function cloudConfig(configuration: unknown): string {
  return `#cloud-config\n${JSON.stringify(configuration)}`;
}

test.each<[string, string, Record<string, string>]>([
  ['none', '', {}],
  ['a script', '#!/bin/sh\necho hello\n', {}],
  ['a configuration that writes no files', cloudConfig({ packages: ['nginx'] }), {}],
  [
    "the service's environment, and no other file",
    cloudConfig({
      write_files: [
        { path: '/etc/koa/environment', content: 'GREETING="hello there"\nLIMIT=3\n', permissions: '0640' },
        { path: '/etc/environment', content: 'A=1' },
        { path: '/etc/koa/environment.d/b', content: 'B=2' },
        { path: '/etc/web/environment', content: 'C=3' },
      ],
    }),
    { GREETING: 'hello there', LIMIT: '3' },
  ],
  [
    'an environment in base64',
    cloudConfig({
      write_files: [
        { path: '/etc/koa/environment', encoding: 'b64', content: Buffer.from('A=ä').toString('base64') },
      ],
    }),
    { A: 'ä' },
  ],
])('user data: %s', (_title, userData, environment) => {
  expect(readUserData(userData)).toEqual({ environment, launchHook: undefined });
});

test.each([
  ['#cloud-config\nwrite_files: []\n', 'it begins with #cloud-config, and JSON must follow'],
  [cloudConfig({ write_files: {} }), 'write_files must be a list of files with a path each'],
  [
    cloudConfig({ write_files: [{ path: '/etc/koa/environment', encoding: 'gz+b64', content: '' }] }),
    '/etc/koa/environment is encoded as "gz+b64"; use plain text or base64',
  ],
])('%j is refused with the reason', (userData, sentence) => {
  expect(() => readUserData(userData)).toThrow(sentence);
});

test.each([
  [
    'of the group it names',
    'AUTO_SCALING_GROUP="web"\nLIFECYCLE_HOOK="launch"\n',
    { group: 'web', hook: 'launch' },
  ],
  ['where no hook is named', 'AUTO_SCALING_GROUP="web"\nLIFECYCLE_HOOK=""\n', undefined],
])('the settings tell the launch hook %s', (_title, content, launchHook) => {
  const userData = cloudConfig({ write_files: [{ path: '/etc/koa/settings', content }] });
  expect(readUserData(userData)).toEqual({ environment: {}, launchHook });
});
