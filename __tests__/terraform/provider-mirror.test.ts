import { userConfiguration } from '../../lab/terraform/cli-configuration';
import {
  type FileSystemView,
  findProvider,
  impliedMirrorFolders,
  type MirrorSearch,
  mirrorFolders,
} from '../../lab/terraform/provider-mirror';

const search: MirrorSearch = {
  env: {},
  home: '/home/me',
  platform: 'linux',
  architecture: 'x64',
  kind: 'terraform',
};
const aws = 'registry.terraform.io/hashicorp/aws';

/** A file system that holds just these files. */
function holding(...files: string[]): FileSystemView {
  return {
    list: (folder) => [
      ...new Set(
        files
          .filter((file) => file.startsWith(`${folder}/`))
          .map((file) => file.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
  };
}

function unpacked(mirror: string, version: string, target = 'linux_amd64', registry = aws): string {
  return `${mirror}/${registry}/${version}/${target}/terraform-provider-aws_v${version}_x5`;
}

describe('the search for the AWS provider', () => {
  test.each([
    ['in a folder under /opt', unpacked('/opt/mirror', '5.100.0')],
    ['in a folder under /usr/share', unpacked('/usr/share/mirror', '5.100.0')],
    ['in a folder under /usr/local/share', unpacked('/usr/local/share/mirror', '5.100.0')],
    ["in Terraform's own folder", unpacked('/home/me/.terraform.d/plugins', '5.100.0')],
    ['in the data folder of XDG', unpacked('/home/me/.local/share/terraform/plugins', '5.100.0')],
    ['packed as a zip file', `/opt/mirror/${aws}/terraform-provider-aws_5.100.0_linux_amd64.zip`],
  ])('finds it %s', (_, file) => {
    expect(findProvider(holding(file), search)).toMatchObject({
      version: '5.100.0',
      packed: file.endsWith('.zip'),
    });
  });

  test.each([
    ['nothing at all', []],
    ['a version before the range', [unpacked('/opt/mirror', '5.99.1')]],
    ['a version behind the range', [unpacked('/opt/mirror', '7.0.0')]],
    ['a pre-release', [unpacked('/opt/mirror', '6.0.0-beta1')]],
    ['another processor', [unpacked('/opt/mirror', '5.100.0', 'linux_arm64')]],
    ['another operating system', [unpacked('/opt/mirror', '5.100.0', 'darwin_amd64')]],
    ['a copy without the program', [`/opt/mirror/${aws}/5.100.0/linux_amd64/LICENSE.txt`]],
    ['a mirror two levels under /opt', [unpacked('/opt/a/mirror', '5.100.0')]],
    [
      "the other registry's",
      [unpacked('/opt/m', '5.100.0', 'linux_amd64', 'registry.opentofu.org/hashicorp/aws')],
    ],
  ])('finds none in %s', (_, files) => {
    expect(findProvider(holding(...files), search)).toBeUndefined();
  });

  test('takes the newest, by number and not by spelling', () => {
    const view = holding(
      unpacked('/opt/a', '6.9.0'),
      unpacked('/opt/b', '6.25.0'),
      unpacked('/usr/share/c', '5.100.0'),
    );
    expect(findProvider(view, search)?.version).toBe('6.25.0');
  });

  test("prefers the user's plugin cache among equals", () => {
    const view = holding(unpacked('/opt/a', '5.100.0'), unpacked('/cache', '5.100.0'));
    const found = findProvider(view, { ...search, env: { TF_PLUGIN_CACHE_DIR: '/cache' } });
    expect(found?.path).toBe(`/cache/${aws}/5.100.0/linux_amd64`);
  });

  test.each(['registry.terraform.io', 'registry.opentofu.org'])(
    'OpenTofu can use a mirror of %s',
    (registry) => {
      const view = holding(unpacked('/opt/m', '5.100.0', 'linux_amd64', `${registry}/hashicorp/aws`));
      expect(findProvider(view, { ...search, kind: 'tofu' })?.version).toBe('5.100.0');
    },
  );

  test('follows XDG_DATA_DIRS where it is set', () => {
    expect(impliedMirrorFolders({ ...search, env: { XDG_DATA_DIRS: '/a:/b', XDG_DATA_HOME: '/d' } })).toEqual(
      [
        '/home/me/.terraform.d/plugins',
        '/d/terraform/plugins',
        '/a/terraform/plugins',
        '/b/terraform/plugins',
      ],
    );
  });

  test('looks into the Library folders of macOS', () => {
    expect(impliedMirrorFolders({ ...search, platform: 'darwin', home: '/Users/me' })).toEqual([
      '/Users/me/.terraform.d/plugins',
      '/Users/me/Library/Application Support/io.terraform/plugins',
      '/Library/Application Support/io.terraform/plugins',
    ]);
  });

  test('names no folder twice', () => {
    const folders = mirrorFolders(holding('/usr/share/terraform/plugins/x'), search);
    expect(new Set(folders).size).toBe(folders.length);
  });
});

describe("the user's own CLI configuration", () => {
  test.each([
    ['none', 'terraform', {}, [], undefined],
    ['the one of the home folder', 'terraform', {}, ['/home/me/.terraformrc'], '/home/me/.terraformrc'],
    ['the one that is named', 'terraform', { TF_CLI_CONFIG_FILE: '/my.tfrc' }, ['/my.tfrc'], '/my.tfrc'],
    ['none where the one named is missing', 'terraform', { TF_CLI_CONFIG_FILE: '/gone' }, [], undefined],
    ["OpenTofu's own", 'tofu', {}, ['/home/me/.tofurc', '/home/me/.terraformrc'], '/home/me/.tofurc'],
    ["not OpenTofu's for Terraform", 'terraform', {}, ['/home/me/.tofurc'], undefined],
  ] as const)('is %s', (_, kind, env, files, expected) => {
    const exists = (path: string) => (files as readonly string[]).includes(path);
    expect(userConfiguration(kind, '/home/me', env, exists)).toBe(expected);
  });
});
