/** What the boot programs tell on the console: how long each of their phases took. */

export interface BootPhase {
  readonly phase: string;
  readonly seconds: number;
}

/** `koa-boot: phase=packages seconds=4.2`, in whatever systemd or cloud-init has put before it. */
export function bootPhase(line: string): BootPhase | undefined {
  const [, phase, seconds] = /koa-boot: phase=([\w.-]+) seconds=(\d+(?:\.\d+)?)/.exec(line) ?? [];
  return phase === undefined ? undefined : { phase, seconds: Number(seconds) };
}
