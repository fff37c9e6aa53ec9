import {
  controlGroupsOf,
  type Hierarchy,
  hierarchies,
  parseCpuSeconds,
} from '../../../lab/machines/booted/control-groups';

const one = (mountPoint: string, ...controllers: string[]): Hierarchy => ({
  version: 1,
  mountPoint,
  controllers,
});
const two = (mountPoint: string): Hierarchy => ({ version: 2, mountPoint, controllers: [] });

test.each<[string, string, Hierarchy[]]>([
  [
    'one controller of version 1',
    '30 25 0:26 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu',
    [one('/sys/fs/cgroup/cpu', 'cpu')],
  ],
  [
    'two controllers together',
    '30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
    [one('/sys/fs/cgroup/cpu,cpuacct', 'cpu', 'cpuacct')],
  ],
  [
    "systemd's own hierarchy",
    '31 25 0:27 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
    [one('/sys/fs/cgroup/systemd', 'name=systemd')],
  ],
  [
    'version 2',
    '31 25 0:27 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate',
    [two('/sys/fs/cgroup')],
  ],
  [
    'a mount point with a space',
    '31 25 0:27 / /mnt/control\\040groups rw - cgroup2 none rw',
    [two('/mnt/control groups')],
  ],
  ['any other file system', '22 1 8:1 / / rw - ext4 /dev/sda1 rw', []],
])('mountinfo: %s', (_, line, expected) => {
  expect(hierarchies(`${line}\n`)).toEqual(expected);
});

describe("a container's groups", () => {
  const hybrid = [
    one('/c/cpu', 'cpu'),
    one('/c/cpuacct', 'cpuacct'),
    one('/c/memory', 'memory'),
    one('/c/systemd', 'name=systemd'),
    two('/c/unified'),
  ];

  test('version 1 counts in cpuacct, caps in cpu, and keeps the units of two systemds apart', () => {
    const groups = controlGroupsOf(hybrid, 'lab', 'i-1');
    expect(groups?.folders).toEqual([
      '/c/cpu/lab/i-1',
      '/c/cpuacct/lab/i-1',
      '/c/systemd/lab/i-1',
      '/c/unified/lab/i-1',
    ]);
    expect(groups?.enableCpu).toEqual([]);
    expect(groups?.cpu.usage).toBe('/c/cpuacct/lab/i-1/cpuacct.usage');
    expect(groups?.cpu.cap(0.5)).toEqual([
      { file: '/c/cpu/lab/i-1/cpu.cfs_period_us', content: '100000' },
      { file: '/c/cpu/lab/i-1/cpu.cfs_quota_us', content: '50000' },
    ]);
  });

  test('where cpu and cpuacct are one hierarchy, it is joined once', () => {
    expect(controlGroupsOf([one('/c/cpu,cpuacct', 'cpu', 'cpuacct')], 'lab', 'i-1')?.folders).toEqual([
      '/c/cpu,cpuacct/lab/i-1',
    ]);
  });

  test('version 2 hands the controller down to the container and caps there', () => {
    const groups = controlGroupsOf([two('/c')], 'lab', 'i-1');
    expect(groups?.folders).toEqual(['/c/lab/i-1']);
    expect(groups?.enableCpu).toEqual(['/c', '/c/lab']);
    expect(groups?.cpu.usage).toBe('/c/lab/i-1/cpu.stat');
    expect(groups?.cpu.cap(0.25)).toEqual([{ file: '/c/lab/i-1/cpu.max', content: '25000 100000' }]);
  });

  test.each<[string, Hierarchy[]]>([
    ['none', []],
    ['no hierarchy for CPU', [one('/c/memory', 'memory')]],
    ['a cap that nothing counts', [one('/c/cpu', 'cpu'), two('/c/unified')]],
  ])('there are none on a host with %s', (_, all) => {
    expect(controlGroupsOf(all, 'lab', 'i-1')).toBeUndefined();
  });
});

test.each<[string, string, number | undefined]>([
  ['nanoseconds of version 1', '2300392694\n', 2.300392694],
  ['microseconds of version 2', 'usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n', 1.5],
  ['nothing', '', undefined],
])('CPU time from %s', (_, text, seconds) => {
  expect(parseCpuSeconds(text)).toBe(seconds);
});
