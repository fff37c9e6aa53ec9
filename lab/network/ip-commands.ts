/** What `ip` is told, for `ip -batch`. ip-link(8), ip-address(8), ip-route(8) */
import type { Router } from './addresses';
import { cableName } from './names';
import { metadataAddress } from './router';

const bridge = 'vpc';

/** Within the VPC's namespace: one bridge for the whole VPC, with the addresses of its router on it. */
export function vpcCommands({ address, prefixLength }: Router): string[] {
  return [
    'link set lo up',
    `link add ${bridge} type bridge`,
    `address add ${address}/${prefixLength} dev ${bridge}`,
    // Here and not at the instance: a server on its port 80 would keep nginx from binding 0.0.0.0:80 there.
    `address add ${metadataAddress}/32 dev ${bridge}`,
    `link set ${bridge} up`,
  ];
}

/** From the host: a cable between the two namespaces. */
export function cableCommand(instanceId: string, vpcNamespace: string, instanceNamespace: string): string {
  return `link add name ${cableName(instanceId)} netns ${vpcNamespace} type veth peer name eth0 netns ${instanceNamespace}`;
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
