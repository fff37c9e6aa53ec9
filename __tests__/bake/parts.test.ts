import { bakingUserData } from '../../bake/baking-user-data';
import { placeBake } from '../../bake/placement';
import { lastLine, verdictOf } from '../../bake/verdict';
import { serviceUserData } from './fake-cloud';

describe('the user data of a bake', () => {
  test("is the service's, of which install alone runs, and then the machine is sealed or powered off", () => {
    const baking = bakingUserData(serviceUserData);
    const [header, ...json] = baking.split('\n');
    const document = JSON.parse(json.join('\n'));
    expect(header).toBe('#cloud-config');
    expect(document.write_files).toEqual(JSON.parse(serviceUserData.slice(14)).write_files);
    expect(document.runcmd).toHaveLength(1);
    expect(document.runcmd[0]).toMatch(/install && .*seal-image.* \|\| systemctl --no-block poweroff$/);
    expect(baking).not.toContain('koa-activate');
  });

  test.each([
    ['a script', '#!/bin/sh\necho', 'does not begin with #cloud-config'],
    ['none', '', 'does not begin with #cloud-config'],
    ['YAML', '#cloud-config\npackages: [nginx]', 'JSON must follow'],
    [
      "another service's",
      '#cloud-config\n{"write_files":[{"path":"/etc/motd"}]}',
      '/usr/local/lib/koa/install',
    ],
    ['nothing', '#cloud-config\nnull', '/usr/local/lib/koa/install'],
  ])('can not be made of %s', (_what, userData, why) => {
    expect(() => bakingUserData(userData)).toThrow(why);
  });

  test('that gets too large is refused with its size', () => {
    const large = serviceUserData.replace('#!/bin/sh', 'x'.repeat(16_200));
    expect(() => bakingUserData(large)).toThrow(/it has 16\d{3} bytes, and EC2 takes 16384/);
  });
});

describe('where an image is baked', () => {
  const [open, behindNat, shut] = [
    { id: 'subnet-public', wayOut: 'igw-1' },
    { id: 'subnet-nat', wayOut: 'nat-1' },
    { id: 'subnet-shut', wayOut: undefined },
  ];
  const place = (subnets: (typeof open | typeof shut)[], instancesArePublic: boolean, asked?: string) =>
    placeBake({ accountId: 'a', vpcId: 'vpc-1', subnets }, { instancesArePublic }, asked);

  test.each([
    ['public instances: a public subnet', [shut, behindNat, open], true, 'subnet-public', true],
    ['private ones behind a NAT gateway: there', [shut, open, behindNat], false, 'subnet-nat', false],
    ['private ones without a way out: a public subnet', [shut, open], false, 'subnet-public', true],
  ])('%s', (_where, subnets, isPublic, subnetId, publicAddress) => {
    expect(place(subnets, isPublic)).toEqual({ subnetId, publicAddress });
  });

  test('where it was asked for, without a way out too: there may be mirrors inside', () => {
    expect(place([open, shut], true, 'subnet-shut')).toEqual({
      subnetId: 'subnet-shut',
      publicAddress: false,
    });
    expect(place([open, shut], false, 'subnet-public')).toEqual({
      subnetId: 'subnet-public',
      publicAddress: true,
    });
  });

  test('nowhere is an error with the way out of it', () => {
    expect(() => place([shut], false)).toThrow(/vpc-1 .*--subnet/);
    expect(() => place([shut], true, 'subnet-other')).toThrow(/subnet-other is not in vpc-1.*subnet-shut/);
  });
});

describe('the console', () => {
  test.each([
    ['[   20.1] cloud-init[512]: koa-boot: sealed\r\n', { baked: true }],
    [
      'koa-boot: failed: the packages: no network\r\nmore',
      { baked: false, reason: 'the packages: no network' },
    ],
    ['koa-boot: phase=packages seconds=4.2 at=1', undefined],
    ['', undefined],
  ])('%j tells %j', (console, verdict) => {
    expect(verdictOf(console)).toEqual(verdict);
  });

  test('the first reason counts', () => {
    const console = 'koa-boot: failed: a\nkoa-boot: failed: b\n';
    expect(verdictOf(console)).toEqual({ baked: false, reason: 'a' });
  });

  test('its last line is the last that says something', () => {
    expect(lastLine('a\r\nb\r\n \n')).toBe('b');
    expect(lastLine('\n')).toBeUndefined();
  });
});
