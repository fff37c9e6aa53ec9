/**
 * Applies many services side by side: an apply waits a minute for its load balancer, in which the machine idles. Each
 * of several embedded AWS takes one service after another, so that what it holds before and after can be compared.
 */
import { inventory } from '../../lab/moto/moto';
import type { ChangeSummary } from '../../lab/terraform/progress';
import type { Configuration } from './configurations';
import { type LabFixture, labFixture } from './lab-fixture';
import { writeStack } from './stack-fixture';

/** How many embedded AWS run at once; each costs a gigabyte with its Terraform. */
const places = 8;

export interface Applied {
  readonly applied: ChangeSummary;
  /** Addresses that a second plan would change. */
  readonly changedAgain: readonly string[];
  readonly secondPlanIsEmpty: boolean;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export class ApplyPool {
  readonly #results = new Map<Configuration, Promise<Applied>>();
  readonly #settle = new Map<
    Configuration,
    { resolve(value: Applied): void; reject(reason: unknown): void }
  >();
  #work: Promise<unknown> = Promise.resolve();

  constructor(private readonly configurations: readonly Configuration[]) {
    for (const configuration of configurations) {
      const result = new Promise<Applied>((resolve, reject) => {
        this.#settle.set(configuration, { resolve, reject });
      });
      // A test may ask for it long after it failed.
      result.catch(() => undefined);
      this.#results.set(configuration, result);
    }
  }

  start(): void {
    const waiting = [...this.configurations];
    const count = Math.min(places, waiting.length);
    this.#work = Promise.all(Array.from({ length: count }, () => this.#workOff(waiting)));
  }

  resultOf(configuration: Configuration): Promise<Applied> {
    return (
      this.#results.get(configuration) ?? Promise.reject(new Error(`${configuration.title}: not in the pool`))
    );
  }

  /** Resolves when everything was destroyed and every embedded AWS is gone. */
  async ended(): Promise<void> {
    await this.#work;
  }

  async #workOff(waiting: Configuration[]): Promise<void> {
    let fixture: LabFixture | undefined;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const settle = this.#settle.get(next);
      try {
        fixture ??= await labFixture(1);
        settle?.resolve(await applyAndDestroy(fixture, nameOf(this.configurations.indexOf(next)), next));
      } catch (error) {
        settle?.reject(error);
        // What a failed apply left would be in the next one's way.
        await fixture?.stop();
        fixture = undefined;
      }
    }
    await fixture?.stop();
  }
}

/** Names with hyphens, of several lengths: all that name a resource have to bear them. */
function nameOf(index: number): string {
  return `service-${index + 1}${index % 2 === 0 ? '' : '-with-23-characters'.slice(0, index < 9 ? 14 : 13)}`;
}

async function applyAndDestroy(
  fixture: LabFixture,
  name: string,
  configuration: Configuration,
): Promise<Applied> {
  const before = await inventory(fixture.lab.motoUrl);
  const project = fixture.project(name, writeStack(fixture.directory, name, configuration));
  await project.init();
  const applied = await project.apply();
  const again = await project.plan();
  await project.destroy();
  return {
    applied,
    changedAgain: again.changes.map(({ address }) => address),
    secondPlanIsEmpty: again.empty,
    before,
    after: await inventory(fixture.lab.motoUrl),
  };
}
