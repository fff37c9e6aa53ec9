/**
 * HAProxy's runtime API over its unix socket; commands as in https://docs.haproxy.org/2.6/management.html#9.3
 */
import { connect } from 'node:net';
import { ServiceError } from '../../modules/service-error';

/** Milliseconds. An answer takes well under one; past this HAProxy hangs or is stopped (SIGSTOP). */
const answerTimeout = 5_000;

export class RuntimeSocket {
  /** One conversation at a time: the order of commands is the caller's, and HAProxy admits ten at most. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly path: string) {}

  /**
   * Sends the commands in one line, so that nothing comes between them, and returns what HAProxy said.
   * @throws ServiceError `BalancerUnreachable` when nobody answers, `BalancerRefusedCommand` when it says no;
   *   commands of the line after a refused one are carried out all the same.
   */
  run(...commands: readonly string[]): Promise<string> {
    const answer = this.#last.then(() => this.#converse(commands));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #converse(commands: readonly string[]): Promise<string> {
    const line = ['set severity-output number', ...commands].join('; ');
    const text = await this.#exchange(`${line}\n`);
    const refusal = refusalIn(text);
    if (refusal === undefined) return text;
    throw new ServiceError('BalancerRefusedCommand', `HAProxy refused "${commands.join('; ')}": ${refusal}`);
  }

  #exchange(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const fail = (cause: Error) => {
        socket.destroy();
        reject(
          new ServiceError(
            'BalancerUnreachable',
            `HAProxy does not answer on its socket ${this.path}: ${cause.message}; its log says why.`,
            { cause },
          ),
        );
      };
      const socket = connect(this.path, () => socket.write(line));
      socket.setTimeout(answerTimeout, () => fail(new Error(`no answer in ${answerTimeout} ms`)));
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.once('error', fail);
      // HAProxy closes after one line: the end of the answer.
      socket.once('end', () => {
        socket.destroy();
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    });
  }
}

/** With `severity-output number` messages start with `[0]:` to `[7]:`, as in syslog(3). */
function refusalIn(answer: string): string | undefined {
  const refusal = answer
    .split('\n')
    // HAProxy tells an unknown command at level 6 and a bad address at level 4, beside harmless notices.
    .find((line) => /^\[[0-3]\]:|^\[\d\]: *(Invalid|Unknown command)/.test(line));
  return refusal?.replace(/^\[\d\]: */, '');
}
