/** What an instance finds on its disk that its image doesn't hold: files by path, for its upper layer. */
import type { Router } from '../../network/addresses';
import { routerPorts } from '../../network/router';
import type { MachineSpec } from '../machine';

/**
 * User data comes by cloud-init's NoCloud: its own EC2 source asks for an IMDSv2 token only where it recognises EC2 by
 * DMI, at which it doesn't look in a container. https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html
 */
export function seedFiles(
  { instanceId, privateIp, userData }: Pick<MachineSpec, 'instanceId' | 'privateIp' | 'userData'>,
  { address }: Pick<Router, 'address'>,
): ReadonlyMap<string, string> {
  const hostname = `ip-${privateIp.replaceAll('.', '-')}`;
  const seed = 'var/lib/cloud/seed/nocloud';
  return new Map([
    [`${seed}/meta-data`, `instance-id: ${instanceId}\nlocal-hostname: ${hostname}\n`],
    [`${seed}/user-data`, userData],
    [
      'etc/systemd/system.conf.d/lab.conf',
      `[Manager]\nDefaultEnvironment=AWS_ENDPOINT_URL=http://${address}:${routerPorts.endpoint}\n`,
    ],
    ['etc/apt/apt.conf.d/99lab', `Acquire::http::Proxy "http://${address}:${routerPorts.packages}";\n`],
  ]);
}
