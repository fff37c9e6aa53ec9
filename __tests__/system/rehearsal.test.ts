import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../lab/report/report';
import { ProjectFixture } from '../support/project-fixture';

describe('a rehearsal from the command line', () => {
  let project: ProjectFixture;

  beforeEach(() => {
    project = new ProjectFixture();
  });

  afterEach(() => project.remove());

  test('under load it goes from one instance to two and back, and no request fails', async () => {
    const { exitCode, stdout, stderr } = await project.run([
      'rehearse',
      '--once',
      '--machines',
      'process',
      '--json',
      '--speed',
      '20',
    ]);
    expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
    const report = JSON.parse(stdout) as Report;

    expect(report.verdict.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.decisions.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(report.decisions[0]?.cause).toContain('AlarmHigh');
    expect(report.decisions[1]?.cause).toContain('AlarmLow');
    expect(report.requests.ab).toEqual({ made: 100_000 * report.loads.length, failed: 0, non2xx: 0 });
    expect(report.requests.balancer).toMatchObject({ target5xx: 0, balancer5xx: 0, resets: 0 });
    expect(report.requests.balancer.total).toBeGreaterThanOrEqual(report.requests.ab.made);

    // It drained before it stopped, for the whole deregistration delay.
    const [first] = report.instances.filter(({ draining }) => draining !== undefined);
    expect((first?.terminated ?? 0) - (first?.draining ?? 0)).toBeGreaterThanOrEqual(29);
    for (const { outputFile } of report.loads) expect(existsSync(outputFile)).toBe(true);
    expect(readFileSync(join(project.directory, '.lab', 'report.md'), 'utf8')).toContain('Rehearsal passed');
    expect(JSON.parse(readFileSync(join(project.directory, '.lab', 'report.json'), 'utf8'))).toEqual(report);
    expect(project.processesLeft()).toEqual([]);
    expect(project.foldersLeft()).toEqual([]);
  }, 480_000);

  test('with light load it stays at its minimum', async () => {
    const { exitCode, stdout, stderr } = await project.run([
      ...['rehearse', '--once', '--machines', 'process', '--json', '--speed', '20'],
      ...['--requests', '200', '--concurrency', '1', '--expect', 'stays'],
    ]);
    expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
    const report = JSON.parse(stdout) as Report;
    expect(report.verdict.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.decisions).toEqual([]);
    expect(report.timeline.every(({ desired }) => desired === 1)).toBe(true);
    expect(report.requests.ab).toEqual({ made: 200, failed: 0, non2xx: 0 });
  }, 360_000);
});
