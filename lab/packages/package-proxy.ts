/**
 * An instance's way to the package archives: an HTTP proxy that knows these archives and nothing else. What never
 * changes is kept on disk, so that the second instance waits for nobody.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ArchiveFile, archiveFile } from './archives';

export interface PackageProxyOptions {
  /** The cache's folder. */
  readonly directory: string;
  /** Another proxy that leads to the archives. @default - straight to them */
  readonly upstream?: string;
}

export class PackageProxy {
  /** For tests of what happens when the archives can't be reached. */
  reachable = true;
  #downloads = 0;

  constructor(private readonly options: PackageProxyOptions) {}

  readonly handler: RequestListener = (incoming, outgoing) => {
    this.#answer(incoming, outgoing).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, 503, `The package archive can't be reached: ${reason}`);
    });
  };

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url = '' } = incoming;
    const file = archiveFile(url);
    if (method !== 'GET' || file === undefined) {
      refuse(
        outgoing,
        403,
        `${method} ${url}: from here only files of the Ubuntu and Debian archives can be had`,
      );
      return;
    }
    if (!this.reachable) throw new Error('it is cut off on purpose');
    const cached = file.cachePath === undefined ? undefined : join(this.options.directory, file.cachePath);
    if (cached !== undefined && (await sendFile(cached, outgoing))) return;
    await this.#fetch(file, cached, incoming, outgoing);
  }

  async #fetch(
    { url }: ArchiveFile,
    cached: string | undefined,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const answer = await this.#ask(url, cached === undefined ? conditions(incoming) : {});
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer));
    if (cached === undefined || answer.statusCode !== 200) await pipeline(answer, outgoing);
    else await this.#keep(answer, cached, outgoing);
  }

  /** To the instance and to the disk at once; what is torn is thrown away. */
  async #keep(answer: IncomingMessage, cached: string, outgoing: ServerResponse): Promise<void> {
    this.#downloads += 1;
    const partial = `${cached}.${process.pid}.${this.#downloads}`;
    await mkdir(dirname(cached), { recursive: true });
    const toDisk = new PassThrough();
    answer.pipe(toDisk);
    const onDisk = pipeline(toDisk, createWriteStream(partial));
    try {
      await Promise.all([onDisk, pipeline(answer, outgoing)]);
      if (!answer.complete) throw new Error('it broke off');
      await rename(partial, cached);
    } catch (error) {
      toDisk.destroy();
      await onDisk.catch(() => undefined);
      await rm(partial, { force: true });
      throw error;
    }
  }

  #ask(url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
    const { upstream } = this.options;
    return new Promise((resolve, reject) => {
      const asked =
        upstream === undefined
          ? request(url, { headers })
          : request(upstream, { path: url, headers: { ...headers, host: new URL(url).host } });
      asked.setTimeout(idleTimeout, () => asked.destroy(new Error('no answer')));
      asked.once('response', resolve);
      asked.once('error', reject);
      asked.end();
    });
  }
}

/** Milliseconds without a byte. */
const idleTimeout = 20_000;

/** apt asks whether its copy of a list still holds. */
function conditions({ headers }: IncomingMessage): Record<string, string> {
  const names = ['if-modified-since', 'if-none-match', 'if-range', 'range', 'cache-control'] as const;
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
function endToEnd({ headers }: IncomingMessage): Record<string, string> {
  const names = ['content-type', 'content-length', 'content-range', 'last-modified', 'etag', 'date'] as const;
  return Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function sendFile(file: string, outgoing: ServerResponse): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return false;
  outgoing.writeHead(200, { 'content-length': found.size, 'last-modified': found.mtime.toUTCString() });
  await pipeline(createReadStream(file), outgoing);
  return true;
}

function refuse(outgoing: ServerResponse, status: number, sentence: string): void {
  outgoing.writeHead(status, { 'content-type': 'text/plain' });
  outgoing.end(`${sentence}\n`);
}
