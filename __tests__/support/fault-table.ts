/** The table of docs/faults.md: read, compared, written. Pure but for the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fault, faults } from './fault-list';
import { repository } from './lab-fixture';

export interface Outcome {
  /** The same at each run: figures that vary are the requests' alone. */
  readonly happened: string;
  /** @default - none were made */
  readonly requests?: Requests;
}

export interface Requests {
  readonly failed: number;
  readonly of: number;
  /** In flight when the fault came: so many may be lost. @default none may */
  readonly inFlight?: number;
}

export const tableFile = join(repository, 'docs', 'faults.md');
const begin = '<!-- faults: written by npm run docs:faults -->\n';
const end = '<!-- end of faults -->\n';

export function rowOf({ name, mustHold }: Fault, { happened, requests }: Outcome): string {
  return joined([name, mustHold, happened, requests === undefined ? '–' : counted(requests)]);
}

function counted({ failed, of, inFlight }: Requests): string {
  return inFlight === undefined ? `${failed} of ${of}` : `${failed} of ${of}, ${inFlight} in flight`;
}

/** What has to be the same at each run: a count of lost requests only where none may be lost. */
export function stable(row: string): string {
  return row
    .replace(/\| \d+ of \d+, \d+ in flight \|$/, '| some of many, at most those in flight |')
    .replace(/\| (\d+) of \d+ \|$/, '| $1 of many |');
}

export function nameOf(row: string): string {
  return cellsOf(row)[0] ?? '';
}

/** The table's rows, in its order, without what fills them up. @throws Error without markers */
export function rowsIn(document: string): string[] {
  const lines = parts(document).table.split('\n');
  return lines
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => joined(cellsOf(line)));
}

export function withRows(document: string, rows: readonly string[]): string {
  const { before, after } = parts(document);
  const header = ['fault', 'what must hold', 'what happened', 'requests failed'];
  const cells = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  // As the formatter wants it: filled up to the widest.
  const lines = [header, widths.map((width) => '-'.repeat(width)), ...cells.slice(1)].map((row) =>
    joined(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))),
  );
  return `${before}${begin}\n${lines.join('\n')}\n\n${end}${after}`;
}

/** Puts rows in the place of those of the same name. */
export function writeRows(rows: readonly string[]): void {
  const document = readFileSync(tableFile, 'utf8');
  const all = [...rowsIn(document), ...rows];
  const ordered = faults.flatMap(({ name }) => all.findLast((row) => nameOf(row) === name) ?? []);
  writeFileSync(tableFile, withRows(document, ordered));
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function joined(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function parts(document: string): { before: string; table: string; after: string } {
  const [before, rest] = document.split(begin);
  const [table, after] = rest?.split(end) ?? [];
  if (before === undefined || table === undefined || after === undefined)
    throw new Error(`${tableFile} has no table between its markers`);
  return { before, table, after };
}
