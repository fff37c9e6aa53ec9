/** What a test breaks on purpose. No flag and no setting leads here. */
import type { SpotNotice } from './metadata/instance-view';

export interface FaultKinds {
  /** S3 answers instances with this status: access denied, or slow down. */
  readonly s3: { readonly status: 403 | 503 };
  /** Auto Scaling answers an instance's CompleteLifecycleAction with this status. */
  readonly lifecycle: { readonly status: 400 | 500 };
  /** The metadata service takes so long for each answer. */
  readonly 'slow-metadata': { readonly milliseconds: number };
  /** The metadata service has no credentials yet, as for a role made a moment ago. */
  readonly 'missing-credentials': object;
}

interface Injected {
  readonly fault: FaultKinds[keyof FaultKinds];
  readonly until: number;
}

export class Faults {
  readonly #injected = new Map<keyof FaultKinds, Injected>();
  readonly #spotNotices = new Map<string, SpotNotice>();

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * @param seconds how long it lasts; for ever unless set
   * @returns ends it
   */
  inject<Kind extends keyof FaultKinds>(
    kind: Kind,
    fault: FaultKinds[Kind],
    seconds = Number.POSITIVE_INFINITY,
  ): () => void {
    const injected = { fault, until: this.now() + seconds * 1000 };
    this.#injected.set(kind, injected);
    return () => {
      if (this.#injected.get(kind) === injected) this.#injected.delete(kind);
    };
  }

  active<Kind extends keyof FaultKinds>(kind: Kind): FaultKinds[Kind] | undefined {
    const injected = this.#injected.get(kind);
    return injected === undefined || this.now() >= injected.until
      ? undefined
      : (injected.fault as FaultKinds[Kind]);
  }

  /** From now on the instance finds it in its metadata. */
  giveSpotNotice(instanceId: string, notice: SpotNotice): void {
    this.#spotNotices.set(instanceId, notice);
  }

  spotNotice(instanceId: string): SpotNotice | undefined {
    return this.#spotNotices.get(instanceId);
  }
}
