/** What each stage of the tests adds to the one line at the end. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The fields of `jest --json` that count; the file is missing where jest did not get to its end. */
export interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Files that could not be run at all: their tests were never counted. */
  readonly numRuntimeErrorTestSuites: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

/** A check is one test: it passes or it fails. */
export function tallyOfCheck(succeeded: boolean): Tally {
  return succeeded ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 };
}

/** A run of jest that failed without a failed test, or that ran none, is a failure all the same. */
export function tallyOfJest(succeeded: boolean, results: JestResults | undefined): Tally {
  if (results === undefined) return tallyOfCheck(false);
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = results;
  const failed = numFailedTests + results.numRuntimeErrorTestSuites;
  const isSilentFailure = failed === 0 && (!succeeded || passed === 0);
  return {
    passed,
    failed: isSilentFailure ? 1 : failed,
    skipped: numPendingTests + numTodoTests,
  };
}

export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

export function summaryLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

export function exitCodeFor({ passed, failed }: Tally): number {
  return failed > 0 || passed === 0 ? 1 : 0;
}
