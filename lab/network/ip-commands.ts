/** What `ip` is told, for `ip -batch`. ip-link(8), ip-address(8), ip-route(8) */
import type { Router } from './addresses';
import { cableName } from './names';
import { metadataAddress } from './router';

const bridge = 'vpc';

/** Within the VPC's namespace: one bridge for the whole VPC, with the addresses of its router on it. */
export function vpcCommands({ address, prefixLength }: Router): string[] {
  return [
    'link set lo up',
    `link add ${bridge} address ${hardwareAddress(address)} type bridge`,
    `address add ${address}/${prefixLength} dev ${bridge}`,
    // Here and not at the instance: a server on its port 80 would keep nginx from binding 0.0.0.0:80 there.
    `address add ${metadataAddress}/32 dev ${bridge}`,
    `link set ${bridge} up`,
  ];
}

/** From the host: a cable between the two namespaces. */
export function cableCommand(
  instanceId: string,
  privateIp: string,
  vpcNamespace: string,
  instanceNamespace: string,
): string {
  const instance = `eth0 address ${hardwareAddress(privateIp)} netns ${instanceNamespace}`;
  return `link add name ${cableName(instanceId)} netns ${vpcNamespace} type veth peer name ${instance}`;
}

/**
 * Constant, and the same for whoever has the address next: neither udev on the instance changes what was set, nor does
 * anybody look for the next instance at the hardware address of the one before. A bridge without its own would take
 * that of one of its cables, and change it when the cable goes. 02 marks it as locally administered.
 */
function hardwareAddress(address: string): string {
  const bytes = address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return ['02', '00', ...bytes].join(':');
}

/** Within the VPC's namespace. */
export function plugCommand(instanceId: string): string {
  return `link set ${cableName(instanceId)} master ${bridge} up`;
}

/** Within the instance's namespace. */
export function instanceCommands(privateIp: string, { address, prefixLength }: Router): string[] {
  return [
    'link set lo up',
    `address add ${privateIp}/${prefixLength} dev eth0`,
    'link set eth0 up',
    `route add default via ${address}`,
  ];
}
