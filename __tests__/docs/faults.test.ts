import { readFileSync } from 'node:fs';
import { faults } from '../support/fault-list';
import { nameOf, rowOf, rowsIn, stable, tableFile, withRows } from '../support/fault-table';

const document = () => readFileSync(tableFile, 'utf8');

test('docs/faults.md has a row for each fault of the list, in its order, and no other', () => {
  const rows = rowsIn(document());
  expect(rows.map(nameOf)).toEqual(faults.map(({ name }) => name));
  for (const [index, { mustHold }] of faults.entries()) expect(rows[index]).toContain(`| ${mustHold} |`);
});

test('a written table is read as it was', () => {
  const rows = rowsIn(document());
  expect(withRows(document(), rows)).toBe(document());
  expect(rowsIn(withRows(document(), rows.slice(1)))).toEqual(rows.slice(1));
});

test('rows are the same where only figures differ that may', () => {
  const [fault] = faults;
  if (fault === undefined) throw new Error('no faults');
  const row = (failed: number, of: number, inFlight?: number) =>
    stable(rowOf(fault, { happened: 'it serves', requests: { failed, of, inFlight } }));
  expect(row(0, 200)).toBe(row(0, 300));
  expect(row(0, 200)).not.toBe(row(1, 200));
  expect(row(0, 200, 8)).toBe(row(3, 300, 7));
  expect(row(0, 200, 8)).not.toBe(row(0, 200));
  expect(stable(rowOf(fault, { happened: 'it serves' }))).not.toBe(row(0, 200));
});
