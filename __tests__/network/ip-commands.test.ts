import { cableCommand, instanceCommands, plugCommand, vpcCommands } from '../../lab/network/ip-commands';

const router = { address: '10.0.0.1', prefixLength: 16 };

test("the metadata service's address is the router's and never the instance's", () => {
  expect(vpcCommands(router)).toContain('address add 169.254.169.254/32 dev vpc');
  expect(instanceCommands('10.0.16.7', router).join()).not.toContain('169.254');
});

test('an instance has its private address in the whole VPC, and one way out: the router', () => {
  const commands = instanceCommands('10.0.16.7', router);
  expect(commands).toContain('address add 10.0.16.7/16 dev eth0');
  expect(commands.filter((command) => command.startsWith('route'))).toEqual([
    'route add default via 10.0.0.1',
  ]);
});

test('its cable goes from its own namespace to the bridge', () => {
  expect(cableCommand('i-0123456789abcdef0', '10.0.16.7', 'lab-vpc', 'lab-i')).toBe(
    'link add name i-456789abcdef0 netns lab-vpc type veth peer name eth0 address 02:00:0a:00:10:07 netns lab-i',
  );
  expect(plugCommand('i-0123456789abcdef0')).toBe('link set i-456789abcdef0 master vpc up');
});
