/** One period's CPU: each second's percents of every instance, and what they come to at its end. */
import type { Surroundings } from '../autoscaling/action';
import { instancesInService } from '../autoscaling/capacity';
import type { Group } from '../autoscaling/model';
import { isWarm } from '../autoscaling/scaling';
import type { MachineFleet } from '../machines/fleet';
import type { CpuDatapoint } from './cloudwatch';
import { average, type CpuReading, cpuPercent, groupAverage } from './cpu';

export class CpuSamples {
  readonly #readings = new Map<string, CpuReading>();
  /** This period's percents by instance, all of them and those of warm ones by group. */
  readonly #samples = new Map<string, number[]>();
  readonly #warmSamples = new Map<string, Map<string, number[]>>();

  /** Percents of this second, from a machine's second reading on. */
  async read(fleet: MachineFleet): Promise<ReadonlyMap<string, number>> {
    const percents = new Map<string, number>();
    for (const machine of fleet.running) {
      const seconds = await machine.cpuSeconds();
      const reading = { at: Date.now(), seconds };
      const before = this.#readings.get(machine.instanceId);
      this.#readings.set(machine.instanceId, reading);
      if (before !== undefined)
        percents.set(machine.instanceId, cpuPercent(before, reading, machine.capacity));
    }
    return percents;
  }

  keep(group: Group, percents: ReadonlyMap<string, number>, around: Surroundings): void {
    const warm = this.#warmSamples.get(group.name) ?? new Map<string, number[]>();
    this.#warmSamples.set(group.name, warm);
    for (const instance of group.instances.values()) {
      const percent = percents.get(instance.id);
      if (percent === undefined) continue;
      around.emit({ type: 'cpu', group: group.name, instanceId: instance.id, percent });
      append(this.#samples, instance.id, percent);
      if (isWarm(group, instance, around)) append(warm, instance.id, percent);
    }
  }

  datapoint(group: Group): CpuDatapoint {
    return {
      group: group.name,
      groupPercent: groupAverage(this.#warmSamples.get(group.name) ?? new Map()),
      instancePercents: new Map(
        instancesInService(group).flatMap(({ id }): [string, number][] => {
          const percent = average(this.#samples.get(id) ?? []);
          return percent === undefined ? [] : [[id, percent]];
        }),
      ),
    };
  }

  /** The next period begins with nothing. */
  clear(): void {
    this.#samples.clear();
    this.#warmSamples.clear();
  }
}

function append(samples: Map<string, number[]>, id: string, percent: number): void {
  const known = samples.get(id);
  if (known === undefined) samples.set(id, [percent]);
  else known.push(percent);
}
