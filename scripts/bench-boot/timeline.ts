/** One boot as a row of segments, from the machine's start to the first 200 through nginx. Pure. */

export interface ToldPhase {
  /** `install` or `activate`. */
  readonly program: string;
  readonly phase: string;
  readonly seconds: number;
  /** When it ended, seconds since the epoch. */
  readonly at: number;
}

/** What a boot told, and when. All times are seconds since the epoch. */
export interface Marks {
  readonly machine: number;
  readonly systemd: number;
  readonly cloudInit: number;
  readonly phases: readonly ToldPhase[];
  readonly firstAnswer: number;
}

export interface Segment {
  readonly name: string;
  readonly seconds: number;
}

/** What the boot programs told on a console: `koa-boot: phase=packages seconds=4.200 at=1795572661.644`. */
export function toldPhases(console: string): ToldPhase[] {
  let program = console.includes('koa-boot: installed') ? 'install' : 'activate';
  return console.split('\n').flatMap((line) => {
    if (line.includes('koa-boot: installed')) program = 'activate';
    const [, phase, seconds, at] = /koa-boot: phase=(\S+) seconds=([\d.]+) at=([\d.]+)/.exec(line) ?? [];
    return phase === undefined ? [] : [{ program, phase, seconds: Number(seconds), at: Number(at) }];
  });
}

/**
 * The segments follow one another without a hole, so that they add up to the whole: what lies between two phases is a
 * segment too, and what was going on at the first answer ends with it.
 */
export function segmentsOf({ machine, systemd, cloudInit, phases, firstAnswer }: Marks): Segment[] {
  const ends: [string, number][] = [
    ['machine starts', systemd],
    ['systemd', cloudInit],
  ];
  let before = 'cloud-init';
  for (const { program, phase, seconds, at } of phases) {
    ends.push([before, at - seconds], [`${program}: ${phase}`, at]);
    before = 'between phases';
  }
  // An instance with nothing to do is followed to the end of cloud-init.
  ends.push([phases.length === 0 ? before : 'activate: start', firstAnswer]);
  let last = machine;
  const segments = new Map<string, number>();
  for (const [name, end] of ends) {
    const until = Math.min(Math.max(end, last), firstAnswer);
    segments.set(name, (segments.get(name) ?? 0) + until - last);
    last = until;
  }
  return [...segments].map(([name, seconds]) => ({ name, seconds })).filter(({ seconds }) => seconds > 0);
}
