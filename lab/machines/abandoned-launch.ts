/** Why an instance gave up its launch: its machine's own word, or the last that its boot programs said. */
import { readFileSync } from 'node:fs';
import { bootFailures } from '../../runtime/boot-console';
import type { LaunchAnswer, Machine } from './machine';

/** A sentence, with the place of the log. */
export function whyAbandoned(machine: Machine | undefined, answer: LaunchAnswer | undefined): string {
  if (answer?.reason !== undefined) return answer.reason;
  const console = machine?.console;
  const logs = machine === undefined ? '' : `; see ${console ?? machine.logs}`;
  const said = console === undefined ? undefined : bootFailures(readText(console)).at(-1);
  return `${said ?? 'it did not say that it is ready before its time was over'}${logs}`;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
