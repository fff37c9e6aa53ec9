/**
 * What the boot programs tell on an instance's console, read by whoever waits for them: the words of `say` and `phase`
 * in `boot/common.sh`, in whatever systemd or cloud-init has put before them. Pure.
 */

export interface BootPhase {
  readonly phase: string;
  readonly seconds: number;
  /** When it ended, seconds since the epoch. */
  readonly at?: number;
}

/** `koa-boot: phase=packages seconds=4.200 at=1795572661.644` */
export function bootPhase(line: string): BootPhase | undefined {
  const [, phase, seconds, at] =
    /koa-boot: phase=([\w.-]+) seconds=(\d+(?:\.\d+)?)(?: at=(\d+(?:\.\d+)?))?/.exec(line) ?? [];
  if (phase === undefined) return undefined;
  return { phase, seconds: Number(seconds), ...(at === undefined ? {} : { at: Number(at) }) };
}

/** Why programs gave up, in the order in which they said it. */
export function bootFailures(console: string): string[] {
  return [...console.matchAll(/koa-boot: failed: ([^\r\n]*)/g)].map(([, reason = '']) => reason.trim());
}

/** `install` is through; what follows is told by `activate`. */
export function saysInstalled(text: string): boolean {
  return text.includes('koa-boot: installed');
}

/** The last word of `bin/seal-image`. */
export function saysSealed(console: string): boolean {
  return /koa-boot: sealed\s*$/m.test(console);
}
