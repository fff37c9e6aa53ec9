/** Session tokens of IMDSv2: each is good for one instance and a time that the instance asked for (rule E1). */
import { randomBytes } from 'node:crypto';

interface SessionToken {
  readonly instanceId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class SessionTokens {
  readonly #tokens = new Map<string, SessionToken>();

  constructor(private readonly now: () => number = Date.now) {}

  issue(instanceId: string, ttlSeconds: number): string {
    this.#forgetExpired();
    const token = `${randomBytes(40).toString('base64url')}==`;
    this.#tokens.set(token, { instanceId, expiresAt: this.now() + ttlSeconds * 1000 });
    return token;
  }

  holds(token: string, instanceId: string): boolean {
    const known = this.#tokens.get(token);
    return known?.instanceId === instanceId && this.now() < known.expiresAt;
  }

  #forgetExpired(): void {
    for (const [token, { expiresAt }] of this.#tokens) {
      if (this.now() >= expiresAt) this.#tokens.delete(token);
    }
  }
}
