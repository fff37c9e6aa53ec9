/** Continuous load whose every request is known: which failed, and whose it was. */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadOptions {
  readonly url: string;
  /** @default GET */
  readonly method?: 'GET' | 'POST';
  /** The path of a request, from its number. */
  readonly path: (id: number) => string;
  readonly concurrency: number;
  /** Milliseconds between an answer and the next request of the same client. @default 10 */
  readonly pause?: number;
  /** Milliseconds that a client waits after a request that was lost. @default as after any other */
  readonly pauseAfterLoss?: number;
}

export interface Answer {
  readonly id: number;
  /** Whose it was, from 0: a client has one request in flight at a time. */
  readonly client: number;
  /** 0 where there was none. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Why there was none. */
  readonly error?: string;
}

export class Load {
  readonly answers: Answer[] = [];
  readonly #agent: Agent;
  readonly #clients: Promise<void>[];
  #stopped = false;
  #last = 0;

  constructor(private readonly options: LoadOptions) {
    const { concurrency } = options;
    this.#agent = new Agent({ keepAlive: true, maxSockets: concurrency });
    this.#clients = Array.from({ length: concurrency }, (_, client) => this.#client(client));
  }

  /** Resolves when so many more requests have been answered. */
  async answered(more: number): Promise<void> {
    const goal = this.answers.length + more;
    while (this.answers.length < goal) await sleep(10);
  }

  /** Lets what is in flight be answered. */
  async stop(): Promise<readonly Answer[]> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    this.#agent.destroy();
    return this.answers;
  }

  async #client(client: number): Promise<void> {
    while (!this.#stopped) {
      this.#last += 1;
      const id = this.#last;
      const answer = await ask(this.options, this.#agent, id);
      this.answers.push({ id, client, ...answer });
      const { pause = 10, pauseAfterLoss = pause } = this.options;
      await sleep(answer.status === 0 || answer.status >= 500 ? pauseAfterLoss : pause);
    }
  }
}

/** Milliseconds. */
const patience = 60_000;

function ask(
  { url, method = 'GET', path }: LoadOptions,
  agent: Agent,
  id: number,
): Promise<Omit<Answer, 'id' | 'client'>> {
  return new Promise((resolve) => {
    const asked = request(`${url}${path(id)}`, { method, agent, timeout: patience }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
      response.once('error', fail);
    });
    function fail(error: Error): void {
      resolve({ status: 0, headers: {}, body: '', error: error.message });
    }
    asked.once('timeout', () => asked.destroy(new Error('no answer')));
    asked.once('error', fail);
    asked.end();
  });
}
