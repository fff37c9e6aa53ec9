/** One boot as a row of segments, from the machine's start to the first 200 through nginx. Pure. */
import { type BootPhase, bootPhase, saysInstalled } from '../../runtime/boot-console';

export interface ToldPhase extends Required<BootPhase> {
  /** `install` or `activate`. */
  readonly program: string;
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

/** What the boot programs told on a console, in the order in which they told it. */
export function toldPhases(console: string): ToldPhase[] {
  let program = saysInstalled(console) ? 'install' : 'activate';
  return console.split('\n').flatMap((line) => {
    if (saysInstalled(line)) program = 'activate';
    const told = bootPhase(line);
    return told?.at === undefined ? [] : [{ program, ...told, at: told.at }];
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
