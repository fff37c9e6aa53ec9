/** Standard output and error, either of which may lose its reader at any time (`… | head -1`). */
const closed = new AbortController();

/** Aborted when standard output or error has nobody to read it any more. */
export const readerGone: AbortSignal = closed.signal;

/** Without a listener, EPIPE would end the process in the middle of whatever it does, leaving servers behind. */
export function watchOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: the terminal of a session that has ended.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      closed.abort(error);
    });
}
