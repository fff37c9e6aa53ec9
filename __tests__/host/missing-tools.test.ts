import { type HostFindings, missingTools, type Tool } from '../../lab/host/missing-tools';

const everything: HostFindings = {
  nodeVersion: '20.20.2',
  found: new Set<Tool>(['node', 'terraform', 'python3', 'nginx', 'haproxy', 'ab']),
  pythonVersion: '3.11',
  pythonHasVenv: true,
  packageManager: 'apt',
  isRoot: false,
};

function without(...tools: Tool[]): Set<Tool> {
  return new Set([...everything.found].filter((tool) => !tools.includes(tool)));
}

describe('what a host lacks', () => {
  test('a host with everything lacks nothing', () => {
    expect(missingTools(everything)).toEqual({
      problems: [],
      packages: [],
      installable: false,
      commands: [],
    });
  });

  test('what makes machines boot is wanted where they are to boot, and only there', () => {
    const root = { ...everything, isRoot: true };
    expect(missingTools(root, true)).toMatchObject({
      packages: ['systemd-container', 'mmdebstrap', 'debian-archive-keyring', 'iproute2'],
      installable: true,
    });
    expect(missingTools(root, false).problems).toEqual([]);
    const found = new Set<Tool>([...everything.found, 'systemd-nspawn', 'mmdebstrap', 'ip']);
    expect(missingTools({ ...root, found }, true).problems).toEqual([]);
  });

  const servers = without('nginx', 'haproxy', 'ab');
  test.each<[string, Partial<HostFindings>, string]>([
    [
      'Debian',
      { found: servers },
      'sudo apt-get install --no-install-recommends nginx haproxy apache2-utils',
    ],
    ['Fedora', { found: servers, packageManager: 'dnf' }, 'sudo dnf install nginx haproxy httpd-tools'],
    [
      'Fedora as root',
      { found: servers, packageManager: 'dnf', isRoot: true },
      'dnf install nginx haproxy httpd-tools',
    ],
    ['macOS', { found: servers, packageManager: 'brew' }, 'brew install nginx haproxy httpd'],
    [
      'Debian without venv',
      { pythonHasVenv: false },
      'sudo apt-get install --no-install-recommends python3-venv',
    ],
    [
      'an unknown system',
      { found: without('haproxy'), packageManager: 'none' },
      "install with your system's package manager: haproxy",
    ],
  ])('on %s the one command is told', (_, findings, command) => {
    expect(missingTools({ ...everything, ...findings })).toMatchObject({
      installable: false,
      commands: [command],
    });
  });

  test('root on Debian installs by itself and has nothing to run', () => {
    expect(missingTools({ ...everything, found: servers, isRoot: true })).toMatchObject({
      packages: ['nginx', 'haproxy', 'apache2-utils'],
      installable: true,
      commands: [],
    });
  });

  test.each<[string, Partial<HostFindings>, RegExp, RegExp]>([
    ['an old Node', { nodeVersion: '18.19.0' }, /Node is 18\.19\.0, 20 or newer/, /nodejs\.org/],
    [
      'no Terraform',
      { found: without('terraform') },
      /neither terraform nor tofu/,
      /developer\.hashicorp\.com/,
    ],
    ['an old Python', { pythonVersion: '3.9' }, /python3 is 3\.9, 3\.10 or newer/, /python\.org/],
  ])('with %s it says where to get it, even as root', (_, findings, problem, command) => {
    const missing = missingTools({ ...everything, ...findings, isRoot: true });
    expect(missing.installable).toBe(false);
    expect(missing.problems).toEqual([expect.stringMatching(problem)]);
    expect(missing.commands).toEqual([expect.stringMatching(command)]);
  });
});
