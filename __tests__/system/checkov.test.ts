import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Processes } from '../../lab/host/processes';
import { ensurePythonEnvironment } from '../../lab/host/python-environment';
import { testFolders } from '../../scripts/test-folders';
import { repository } from '../support/lab-fixture';
import { writeStack } from '../support/stack-fixture';

const configurationFile = join(repository, '.checkov.yaml');

/** A static analysis that knows the rules of many benchmarks. https://www.checkov.io/ */
describe('checkov, on a service with nothing but a name', () => {
  const directory = testFolders.make('checkov');
  const processes = new Processes(join(directory, 'processes.jsonl'));
  let python: string;
  let stackDirectory: string;

  beforeAll(async () => {
    python = await ensurePythonEnvironment({
      processes,
      program: { name: 'checkov', megabytes: 290 },
      directory: join(repository, '.lab', 'checkov-environment'),
      requirementsFile: join(__dirname, '../support/security/checkov-requirements.txt'),
    });
    stackDirectory = writeStack(directory, 'web', { title: 'standard', props: {} });
  }, 300_000);

  afterAll(async () => {
    await processes.stopAll();
    testFolders.remove(directory);
  });

  interface Report {
    readonly passed: number;
    /** Ids of checks that failed, each once. */
    readonly failed: readonly string[];
  }

  async function check(...options: string[]): Promise<Report> {
    const args = ['-m', 'checkov.main', '--directory', stackDirectory, '--framework', 'terraform_json'];
    const output = await new Promise<string>((resolve) => {
      // It ends with 1 where it finds something; what it printed says whether it ran at all.
      execFile(
        python,
        [...args, '--skip-download', '--output', 'json', ...options],
        { cwd: directory, maxBuffer: 64 * 1024 * 1024 },
        (_error, stdout) => resolve(stdout),
      );
    });
    const { summary, results } = JSON.parse(output) as {
      summary: { passed: number };
      results: { failed_checks: readonly { check_id: string }[] };
    };
    const failed = new Set(results.failed_checks.map(({ check_id }) => check_id));
    return { passed: summary.passed, failed: [...failed].sort() };
  }

  test('finds nothing that .checkov.yaml does not justify', async () => {
    const { passed, failed } = await check('--config-file', configurationFile);
    expect(failed).toEqual([]);
    expect(passed).toBeGreaterThan(50);
  }, 60_000);

  test('finds all that .checkov.yaml justifies: no reason has outlived its finding', async () => {
    const justified = readFileSync(configurationFile, 'utf8').match(/^ {2}- (\S+)$/gm) ?? [];
    const { failed } = await check();
    expect(failed).toEqual(justified.map((line) => line.replace('  - ', '')).sort());
  }, 60_000);
});
