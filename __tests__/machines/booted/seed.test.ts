import { seedFiles } from '../../../lab/machines/booted/seed';

const files = seedFiles(
  { instanceId: 'i-1', privateIp: '10.0.16.7', userData: '#cloud-config\n{}' },
  { address: '10.0.0.1' },
);

test('cloud-init finds the user data as it is, and the instance by its EC2 id', () => {
  expect(files.get('var/lib/cloud/seed/nocloud/user-data')).toBe('#cloud-config\n{}');
  expect(files.get('var/lib/cloud/seed/nocloud/meta-data')).toContain('instance-id: i-1\n');
});

test("it bears the host name that EC2 would give it, and every service finds AWS at the VPC's router", () => {
  expect(files.get('var/lib/cloud/seed/nocloud/meta-data')).toContain('local-hostname: ip-10-0-16-7\n');
  expect(files.get('etc/systemd/system.conf.d/lab.conf')).toContain(
    'DefaultEnvironment=AWS_ENDPOINT_URL=http://10.0.0.1:4566\n',
  );
  expect(files.get('etc/apt/apt.conf.d/99lab')).toContain('"http://10.0.0.1:3128"');
});
