/**
 * A load balancer made of HAProxy: its targets take slots that the configuration holds ready, and are moved by
 * commands over the runtime socket. HAProxy is never reloaded; that would lose what was set at run time.
 *
 * Where each state of a target stands in HAProxy:
 *
 * | target    | checked backend `tg`               | mirror `tg_open`, for fail open (rule D4) |
 * |-----------|------------------------------------|-------------------------------------------|
 * | initial   | `drain`: checked, no requests (D2) | `maint`: an initial target gets none here  |
 * | healthy   | `ready`, up                        | `ready`                                   |
 * | unhealthy | `ready`, down                      | `ready`                                   |
 * | draining  | `maint`: finishes, gets none (D3)  | `maint`                                   |
 *
 * So with initial targets only, the answer is 503, as with none.
 */
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../modules/service-error';
import type { Address } from '../machines/machine';
import type { Balancer, BalancerCounters, ProbeResult, TargetCount } from './balancer';
import { Counts } from './counts';
import { firstVerdict } from './first-verdict';
import { checkedBackend, openBackend, slotCount, slotName } from './haproxy-configuration';
import { type HaproxyOptions, type HaproxyProcess, startHaproxy } from './haproxy-process';
import { nextSlot, type SlotUse } from './slots';
import { parseStatistics, probeResult, type Row, slotRows, targetCount } from './statistics';

/** Milliseconds between two looks at a target that waits for its first verdict. */
const watchInterval = 250;

/** Milliseconds for HAProxy to end the sessions it was told to; it takes about one. */
const shutdownTimeout = 2_000;

/** A target in its slot. */
interface Occupant {
  readonly id: string;
  readonly slot: number;
  readonly address: Address;
  state: 'initial' | 'judged' | 'draining';
  showsFormerCheck: boolean;
}

/**
 * @throws ServiceError `PortInUse`, `PortNotUsable`, `InvalidListenAddress`, `BalancerNotStarted`,
 *   `BalancerNotReady`, `ProcessNotStarted`, and those of the configuration.
 */
export async function startBalancer(options: HaproxyOptions): Promise<Balancer> {
  return new HaproxyBalancer(options, await startHaproxy(options));
}

class HaproxyBalancer implements Balancer {
  readonly address: Address;
  readonly #haproxy: HaproxyProcess;
  readonly #checkInterval: number;
  readonly #occupants = new Map<string, Occupant>();
  #free: SlotUse[] = Array.from({ length: slotCount }, (_, index) => ({
    slot: index + 1,
    usedBefore: false,
  }));
  readonly #counts = new Counts();
  #watch: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;
  /** Changes of targets one after another: each is several commands with looks in between. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: HaproxyOptions, haproxy: HaproxyProcess) {
    this.address = options.listen;
    this.#checkInterval = options.configuration.healthCheck.interval * 1000;
    this.#haproxy = haproxy;
  }

  /**
   * Resolves when the target is being checked; requests follow by themselves after its first passed check. A
   * draining target that is added again starts over. One that is there already is left alone.
   * @throws ServiceError `InvalidTargetAddress`, `TargetAddressChanged`, `TooManyTargets`
   */
  addTarget(id: string, address: Address): Promise<void> {
    return this.#inTurn(async () => {
      refuseBadAddress(id, address);
      const known = this.#occupants.get(id);
      if (known !== undefined && !sameAddress(known.address, address)) throw addressChanged(known, address);
      if (known !== undefined && known.state !== 'draining') return;
      // One that starts over shows its own former check.
      if (known !== undefined) known.showsFormerCheck = true;
      await this.#beginChecks(known ?? (await this.#occupy(id, address)));
    });
  }

  /** A target that isn't there has nothing to drain. */
  drainTarget(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const occupant = this.#occupants.get(id);
      if (occupant === undefined) return;
      occupant.state = 'draining';
      await this.#command(...inBoth(occupant.slot, (server) => `set server ${server} state maint`));
    });
  }

  /** Requests still in flight get 502 (rule D9). A target that isn't there is already forgotten. */
  removeTarget(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const occupant = this.#occupants.get(id);
      if (occupant === undefined) return;
      occupant.state = 'draining';
      await this.#command(
        ...inBoth(occupant.slot, (server) => `set server ${server} state maint`),
        ...inBoth(occupant.slot, (server) => `shutdown sessions server ${server}`),
      );
      await this.#vacate(occupant);
    });
  }

  async probes(): Promise<ReadonlyMap<string, ProbeResult>> {
    const rows = await this.#look();
    return new Map([...this.#occupants.values()].map((occupant) => [occupant.id, probeOf(occupant, rows)]));
  }

  async counters(): Promise<BalancerCounters> {
    const rows = await this.#look();
    const occupants = [...this.#occupants.values()];
    return this.#counts.counters(new Map(occupants.map(({ id, slot }) => [id, countIn(slot, rows)])));
  }

  stop(): Promise<void> {
    clearTimeout(this.#watch);
    this.#stopped ??= this.#haproxy.stop();
    return this.#stopped;
  }

  async #occupy(id: string, address: Address): Promise<Occupant> {
    const { startedAt } = this.#haproxy;
    const slot = nextSlot(this.#free, Date.now(), startedAt, this.#checkInterval, slotCount);
    const use = this.#free.find((candidate) => candidate.slot === slot);
    if (slot === undefined || use === undefined) {
      throw new ServiceError(
        'TooManyTargets',
        `The load balancer holds ${slotCount} targets at most, and ${id} would be one more; remove one first.`,
      );
    }
    const inSlot = countIn(slot, await this.#look());
    await this.#command(
      ...inBoth(slot, (server) => `set server ${server} addr ${address.host} port ${address.port}`),
      `enable health ${checkedBackend}/${slotName(slot)}`,
    );
    this.#free = this.#free.filter((candidate) => candidate !== use);
    const showsFormerCheck = use.usedBefore;
    const occupant: Occupant = { id, slot, address, state: 'initial', showsFormerCheck };
    this.#occupants.set(id, occupant);
    this.#counts.begin(id, inSlot);
    return occupant;
  }

  /** Through `drain`: a server that leaves `maint` for `ready` is up before any check. */
  async #beginChecks(occupant: Occupant): Promise<void> {
    const server = `${checkedBackend}/${slotName(occupant.slot)}`;
    await this.#command(
      `set server ${server} state drain`,
      ...(occupant.showsFormerCheck ? [] : [`set server ${server} health up`]),
    );
    occupant.state = 'initial';
    this.#watchSoon();
  }

  #watchSoon(): void {
    clearTimeout(this.#watch);
    if (this.#stopped !== undefined || !this.#anyInitial()) return;
    this.#watch = setTimeout(() => {
      // A look that fails is told to the next caller of the balancer, who can act on it.
      this.#inTurn(async () => this.#promote(await this.#look()))
        .catch(() => undefined)
        .finally(() => this.#watchSoon());
    }, watchInterval).unref();
  }

  #anyInitial(): boolean {
    return [...this.#occupants.values()].some(({ state }) => state === 'initial');
  }

  async #promote(rows: readonly Row[]): Promise<void> {
    for (const occupant of this.#occupants.values()) {
      if (occupant.state !== 'initial') continue;
      const name = slotName(occupant.slot);
      const server = `${checkedBackend}/${name}`;
      // The mirror comes last: the target is to be found in it only once the checked backend can serve it too.
      const enter = [`set server ${server} state ready`, `set server ${openBackend}/${name} state ready`];
      switch (firstVerdict(slotRows(rows, name).checked, occupant.showsFormerCheck)) {
        case 'pending':
          break;
        case 'force':
          await this.#command(`set server ${server} health up`);
          occupant.showsFormerCheck = false;
          break;
        case 'healthy':
          await this.#command(`set server ${server} health up`, ...enter);
          occupant.state = 'judged';
          break;
        case 'unhealthy':
          await this.#command(...enter);
          occupant.state = 'judged';
          break;
      }
    }
  }

  async #vacate(occupant: Occupant): Promise<void> {
    const idle = await this.#untilIdle(occupant);
    this.#counts.end(occupant.id, countIn(occupant.slot, idle.rows));
    this.#occupants.delete(occupant.id);
    // A slot that still has sessions would count them for its next target: it is given up.
    if (!idle.reached) return;
    await this.#command(`disable health ${checkedBackend}/${slotName(occupant.slot)}`);
    this.#free.push({ slot: occupant.slot, usedBefore: true });
  }

  async #untilIdle({ slot }: Occupant): Promise<{ reached: boolean; rows: readonly Row[] }> {
    const deadline = Date.now() + shutdownTimeout;
    while (true) {
      const rows = await this.#look();
      const { checked, open } = slotRows(rows, slotName(slot));
      if (checked.inFlight + open.inFlight === 0) return { reached: true, rows };
      if (Date.now() > deadline) return { reached: false, rows };
      await sleep(10);
    }
  }

  async #look(): Promise<readonly Row[]> {
    const rows = parseStatistics(await this.#command('show stat'));
    this.#counts.noteTotals(rows);
    return rows;
  }

  #command(...commands: readonly string[]): Promise<string> {
    if (this.#stopped === undefined) return this.#haproxy.socket.run(...commands);
    throw new ServiceError('BalancerStopped', 'The load balancer was stopped and takes no more commands.');
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

function probeOf(occupant: Occupant, rows: readonly Row[]): ProbeResult {
  // While it is initial a failed check is no verdict: unhealthy is who failed the unhealthy threshold's number.
  if (occupant.state !== 'judged') return { outcome: 'none', up: false };
  return probeResult(slotRows(rows, slotName(occupant.slot)).checked);
}

function countIn(slot: number, rows: readonly Row[]): TargetCount {
  return targetCount(slotRows(rows, slotName(slot)));
}

function inBoth(slot: number, command: (server: string) => string): string[] {
  return [checkedBackend, openBackend].map((backend) => command(`${backend}/${slotName(slot)}`));
}

function sameAddress(one: Address, other: Address): boolean {
  return one.host === other.host && one.port === other.port;
}

function addressChanged({ id, address }: Occupant, wanted: Address): ServiceError {
  return new ServiceError(
    'TargetAddressChanged',
    `The target ${id} is known at ${address.host}:${address.port}, not ${wanted.host}:${wanted.port}; remove it first.`,
  );
}

function refuseBadAddress(id: string, { host, port }: Address): void {
  if (isIP(host) !== 0 && Number.isInteger(port) && port >= 1 && port <= 65535) return;
  throw new ServiceError(
    'InvalidTargetAddress',
    `The target ${id} can't be at ${host}:${port}; give an IP address and a port from 1 to 65535.`,
  );
}
