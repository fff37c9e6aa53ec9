/**
 * Each VPC as a network namespace of this host: a router with a bridge, to which every instance's own namespace is
 * wired. Nothing leads from there to the host or beyond but the servers that the lab has on the router.
 */
import { type Router, routerOf, type Vpc } from './addresses';
import { cableCommand, instanceCommands, plugCommand, vpcCommands } from './ip-commands';
import { namespaceName } from './names';
import { type RunningServers, serveInNamespace } from './namespace-servers';
import { addNamespace, ipBatch, namespacesWith, removeNamespace } from './namespaces';
import { metadataAddress, type RouterServices, routerPorts } from './router';

export interface VpcNetwork {
  /** The VPC's network namespace. */
  readonly namespace: string;
  readonly router: Router;
}

interface Made extends VpcNetwork {
  readonly servers: RunningServers;
}

export class VpcNetworks {
  readonly #networks = new Map<string, Promise<Made>>();

  constructor(
    private readonly prefix: string,
    private readonly services: (vpcId: string) => RouterServices,
  ) {}

  /** Makes it at the first call. @throws ServiceError `NetworkNotMade`, `InvalidCidr` */
  ensure(vpc: Vpc): Promise<VpcNetwork> {
    const known = this.#networks.get(vpc.id);
    if (known !== undefined) return known;
    const making = this.#make(vpc);
    this.#networks.set(vpc.id, making);
    making.catch(() => this.#networks.delete(vpc.id));
    return making;
  }

  /** Wires an instance to its VPC. @returns the instance's network namespace */
  async connect(vpc: Vpc, instanceId: string, privateIp: string): Promise<string> {
    const { namespace: vpcNamespace, router } = await this.ensure(vpc);
    const namespace = namespaceName(this.prefix, instanceId);
    await addNamespace(namespace);
    try {
      await ipBatch([cableCommand(instanceId, privateIp, vpcNamespace, namespace)]);
      await ipBatch([plugCommand(instanceId)], vpcNamespace);
      await ipBatch(instanceCommands(privateIp, router), namespace);
      return namespace;
    } catch (error) {
      await removeNamespace(namespace);
      throw error;
    }
  }

  /** The cable goes with its end. */
  async disconnect(instanceId: string): Promise<void> {
    await removeNamespace(namespaceName(this.prefix, instanceId));
  }

  async stop(): Promise<void> {
    const made = await Promise.allSettled(this.#networks.values());
    this.#networks.clear();
    for (const network of made) {
      if (network.status === 'fulfilled') await network.value.servers.stop();
    }
    await removeNamespaces(this.prefix);
  }

  async #make(vpc: Vpc): Promise<Made> {
    const router = routerOf(vpc.cidr);
    const namespace = namespaceName(this.prefix, vpc.id);
    const { metadata, endpoint, packages } = this.services(vpc.id);
    await addNamespace(namespace);
    try {
      await ipBatch(vpcCommands(router), namespace);
      const servers = await serveInNamespace(namespace, [
        { host: metadataAddress, port: routerPorts.metadata, handler: metadata },
        { host: router.address, port: routerPorts.endpoint, handler: endpoint },
        { host: router.address, port: routerPorts.packages, handler: packages },
      ]);
      return { namespace, router, servers };
    } catch (error) {
      await removeNamespace(namespace);
      throw error;
    }
  }
}

/** Those of one lab; what a killed one left included. @returns their names */
export async function removeNamespaces(prefix: string): Promise<string[]> {
  const names = namespacesWith(prefix);
  for (const name of names) await removeNamespace(name);
  return names;
}
