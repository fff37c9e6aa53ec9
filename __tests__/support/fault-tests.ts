/** A test for each fault of a file, whose outcome is a row of docs/faults.md. */
import { readFileSync } from 'node:fs';
import { faults } from './fault-list';
import { nameOf, type Outcome, rowOf, rowsIn, stable, tableFile, writeRows } from './fault-table';

/** Set by `npm run docs:faults`: the table is written and not compared. */
const writes = process.env.FAULT_TABLE === 'write';

/** @param trials what is done for each fault, by its name */
export function testFaults(file: string, trials: Readonly<Record<string, () => Promise<Outcome>>>): void {
  const expected = faults.filter((fault) => fault.file === file);
  const rows: string[] = [];

  test('every fault of the list is tried, and no other', () => {
    expect(Object.keys(trials)).toEqual(expected.map(({ name }) => name));
  });

  for (const fault of expected) {
    const trial = trials[fault.name];
    if (trial === undefined) continue;
    test(`${fault.name}: ${fault.mustHold}`, async () => {
      const outcome = await trial();
      const { failed, inFlight = 0 } = outcome.requests ?? { failed: 0 };
      expect(failed).toBeLessThanOrEqual(inFlight);
      const row = rowOf(fault, outcome);
      rows.push(row);
      if (writes) return;
      const committed = rowsIn(readFileSync(tableFile, 'utf8')).find((each) => nameOf(each) === fault.name);
      expect(stable(row)).toBe(stable(committed ?? 'no row in docs/faults.md: run npm run docs:faults'));
    }, 300_000);
  }

  afterAll(() => {
    if (writes) writeRows(rows);
  });
}
