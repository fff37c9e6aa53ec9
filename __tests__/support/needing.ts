/**
 * Tests that need what not every machine has. Where it is missing they are skipped, and their titles say why; the run
 * counts them.
 */
export function needing(what: string, isThere: boolean) {
  const titled = (title: string) => (isThere ? title : `${title} (skipped: needs ${what})`);
  return {
    describe: (title: string, tests: () => void) =>
      (isThere ? describe : describe.skip)(titled(title), tests),
    test: (title: string, body: () => unknown, timeoutMilliseconds?: number) =>
      (isThere ? test : test.skip)(titled(title), async () => void (await body()), timeoutMilliseconds),
  };
}

/** What boots or measures systemd's units; `npm test` installs the rest where it may. */
export const rootOnLinux = needing('root on Linux', process.platform === 'linux' && process.getuid?.() === 0);
