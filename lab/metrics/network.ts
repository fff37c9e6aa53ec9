/** One period's bytes: by instance, and the average over the warm ones. */
import type { Surroundings } from '../autoscaling/action';
import { instancesInService } from '../autoscaling/capacity';
import type { Group } from '../autoscaling/model';
import { isWarm } from '../autoscaling/scaling';
import type { BalancerCounters } from '../balancer/balancer';
import type { MachineFleet } from '../machines/fleet';
import type { NetworkBytes } from '../machines/machine';
import type { NetworkDatapoint } from './cloudwatch';
import { average } from './cpu';

export class NetworkCounts {
  #before = new Map<string, NetworkBytes>();
  #inPeriod = new Map<string, NetworkBytes>();

  /**
   * At a period's end. Where a machine has no network interface of its own, what the load balancers passed to it and
   * back stands for its bytes.
   */
  async close(fleet: MachineFleet, balancers: readonly BalancerCounters[]): Promise<void> {
    const now = new Map<string, NetworkBytes>();
    for (const machine of fleet.running) {
      const { instanceId } = machine;
      const bytes =
        machine.networkBytes === undefined ? passedBy(balancers, instanceId) : await machine.networkBytes();
      if (bytes !== undefined) now.set(instanceId, bytes);
    }
    this.#inPeriod = new Map(
      [...now].flatMap(([id, bytes]): [string, NetworkBytes][] => {
        const before = this.#before.get(id);
        if (before === undefined) return [];
        return [[id, { in: since(before.in, bytes.in), out: since(before.out, bytes.out) }]];
      }),
    );
    this.#before = now;
  }

  datapoint(group: Group, around: Surroundings): NetworkDatapoint {
    const serving = instancesInService(group);
    const bytesOf = (ids: readonly { readonly id: string }[]) =>
      ids.flatMap(({ id }): [string, NetworkBytes][] => {
        const bytes = this.#inPeriod.get(id);
        return bytes === undefined ? [] : [[id, bytes]];
      });
    const warm = bytesOf(serving.filter((instance) => isWarm(group, instance, around)));
    const meanIn = average(warm.map(([, bytes]) => bytes.in));
    const meanOut = average(warm.map(([, bytes]) => bytes.out));
    return {
      group: group.name,
      byInstance: new Map(bytesOf(serving)),
      average: meanIn === undefined || meanOut === undefined ? undefined : { in: meanIn, out: meanOut },
    };
  }
}

function passedBy(balancers: readonly BalancerCounters[], id: string): NetworkBytes {
  const counts = balancers.flatMap(({ perTarget }) => perTarget[id] ?? []);
  return {
    in: counts.reduce((sum, { bytesIn }) => sum + bytesIn, 0),
    out: counts.reduce((sum, { bytesOut }) => sum + bytesOut, 0),
  };
}

/** A counter that has begun anew tells what it has by now. */
function since(before: number, now: number): number {
  return now < before ? now : now - before;
}
