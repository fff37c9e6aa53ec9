import { routerOf } from '../../lab/network/addresses';

test.each<[string, string, number]>([
  ['10.0.0.0/16', '10.0.0.1', 16],
  ['172.31.64.0/20', '172.31.64.1', 20],
  ['192.168.1.16/28', '192.168.1.17', 28],
])('the router of %s is %s', (cidr, address, prefixLength) => {
  expect(routerOf(cidr)).toEqual({ address, prefixLength });
});

test.each(['10.0.0.0', '10.0.0.0/8', '10.0.0.0/29', '10.0.0.1/16', '10.0.300.0/16', 'fd00::/56', ''])(
  '%j is no block of a VPC',
  (cidr) => {
    expect(() => routerOf(cidr)).toThrow(expect.objectContaining({ code: 'InvalidCidr' }));
  },
);
