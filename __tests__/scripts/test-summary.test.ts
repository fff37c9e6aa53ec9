import {
  add,
  exitCodeFor,
  nothing,
  summaryLine,
  tallyOfCheck,
  tallyOfJest,
} from '../../scripts/test-summary';

const results = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};

test.each([
  ['all passed', true, results, { passed: 5, failed: 0, skipped: 0 }],
  ['some failed', false, { ...results, numFailedTests: 2 }, { passed: 5, failed: 2, skipped: 0 }],
  [
    'skipped and planned ones are skipped',
    true,
    { ...results, numPendingTests: 2, numTodoTests: 1 },
    { passed: 5, failed: 0, skipped: 3 },
  ],
  [
    'a file that does not load',
    false,
    { ...results, numRuntimeErrorTestSuites: 1 },
    { passed: 5, failed: 1, skipped: 0 },
  ],
  ['a failure that no test shows', false, results, { passed: 5, failed: 1, skipped: 0 }],
  ['no test at all', true, { ...results, numPassedTests: 0 }, { passed: 0, failed: 1, skipped: 0 }],
  ['jest never got to its end', false, undefined, { passed: 0, failed: 1, skipped: 0 }],
])('%s', (_, succeeded, jestResults, expected) => {
  expect(tallyOfJest(succeeded, jestResults)).toEqual(expected);
});

test('stages add up to the line', () => {
  const tally = [tallyOfCheck(true), tallyOfCheck(false), { passed: 3, failed: 0, skipped: 2 }].reduce(
    add,
    nothing,
  );
  expect(summaryLine(tally)).toBe('4 passed, 1 failed, 2 skipped');
});

test.each([
  [{ passed: 1, failed: 0, skipped: 3 }, 0],
  [{ passed: 9, failed: 1, skipped: 0 }, 1],
  [{ passed: 0, failed: 0, skipped: 0 }, 1],
])('%j ends with exit code %d', (tally, expected) => {
  expect(exitCodeFor(tally)).toBe(expected);
});
