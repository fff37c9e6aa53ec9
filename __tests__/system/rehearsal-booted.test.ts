import type { Report } from '../../lab/report/report';
import { ProjectFixture } from '../support/project-fixture';

let project: ProjectFixture;
beforeEach(() => {
  project = new ProjectFixture();
});
afterEach(() => project.remove());

// The phases of a boot on the published image, in their order, by what each needs of the one before.
const phases = ['system', 'packages', 'units', 'start', 'complete'];

test.each(['ubuntu-24.04', 'debian-12'])(
  'instances that boot %s from their user data scale out and in, and no request fails',
  async (os) => {
    const { exitCode, stdout, stderr } = await project.run([
      ...['rehearse', '--once', '--machines', 'booted', '--os', os],
      ...['--json', '--speed', '20'],
    ]);
    expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
    const report = JSON.parse(stdout) as Report;
    expect(report.verdict.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.decisions.map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect(report.requests.ab).toEqual({ made: 100_000 * report.loads.length, failed: 0, non2xx: 0 });
    expect(report.requests.balancer.answers).toMatchObject({ '3xx': 0, '4xx': 0, '5xx': 0 });
    expect(report.instances).toHaveLength(2);
    for (const { boot } of report.instances) {
      const named = new Set(boot.map(({ phase }) => phase).filter((phase) => phases.includes(phase)));
      expect([...named]).toEqual(phases);
    }
    expect(project.processesLeft()).toEqual([]);
    expect(project.foldersLeft()).toEqual([]);
  },
  600_000,
);
