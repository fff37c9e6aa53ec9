/** What the console of an instance that has powered itself off tells of its bake. */
import { bootFailures, saysSealed } from '../runtime/boot-console';

export type Verdict =
  | { readonly baked: true }
  | { readonly baked: false; readonly reason: string }
  /** EC2 shows a console some time after the fact. */
  | undefined;

export function verdictOf(console: string): Verdict {
  if (saysSealed(console)) return { baked: true };
  const [reason] = bootFailures(console);
  return reason === undefined ? undefined : { baked: false, reason };
}

/** The end of it, for a sentence: the last line that says something. */
export function lastLine(console: string): string | undefined {
  return console
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .findLast((line) => line !== '');
}
