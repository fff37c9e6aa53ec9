import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePythonEnvironment } from '../../lab/host/python-environment';
import { type LabFixture, labFixture, repository } from '../support/lab-fixture';
import { writeStack } from '../support/stack-fixture';

const configurationFile = join(repository, '.checkov.yaml');

/** A static analysis that knows the rules of many benchmarks. https://www.checkov.io/ */
describe('checkov, on the plan of a service with nothing but a name', () => {
  let fixture: LabFixture;
  let python: string;
  let planFile: string;

  beforeAll(async () => {
    fixture = await labFixture(1);
    const { directory, processes } = fixture;
    python = await ensurePythonEnvironment({
      processes,
      program: { name: 'checkov', megabytes: 290 },
      directory: join(repository, '.lab', 'checkov-environment'),
      requirementsFile: join(__dirname, '../support/security/checkov-requirements.txt'),
    });
    const project = fixture.project('web', writeStack(directory, 'web', { title: 'standard', props: {} }));
    await project.init();
    planFile = join(directory, 'plan.json');
    writeFileSync(planFile, await project.planDocument());
  }, 300_000);

  afterAll(() => fixture?.stop(), 90_000);

  interface Report {
    readonly passed: number;
    /** Ids of checks that failed, each once. */
    readonly failed: readonly string[];
  }

  async function check(...options: string[]): Promise<Report> {
    const args = ['-m', 'checkov.main', '--file', planFile, '--framework', 'terraform_plan'];
    const output = await new Promise<string>((resolve) => {
      // It ends with 1 where it finds something; what it printed says whether it ran at all.
      execFile(
        python,
        [...args, '--skip-download', '--output', 'json', ...options],
        { cwd: fixture.directory, maxBuffer: 64 * 1024 * 1024 },
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
