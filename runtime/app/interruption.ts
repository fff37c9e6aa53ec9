/** Learns from a file that EC2 will interrupt this instance: koa-spot-notice.service writes it. */
import { existsSync } from 'node:fs';

/** Milliseconds between two looks. Unlike a signal, a file tells a worker too that starts after the notice. */
const interval = 1_000;

/** Calls `interrupted` once, when there is a file at `path`. Doesn't keep the process alive. */
export function watchForInterruption(path: string, interrupted: () => void): void {
  if (existsSync(path)) {
    interrupted();
    return;
  }
  // Not watchFile: a file that comes before its first look is none that it tells of.
  const timer = setInterval(() => {
    if (!existsSync(path)) return;
    clearInterval(timer);
    interrupted();
  }, interval);
  timer.unref();
}
