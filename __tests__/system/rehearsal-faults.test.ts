import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { eventually, repository } from '../support/lab-fixture';
import { ProjectFixture, type RunningCommand } from '../support/project-fixture';

function settings(service: object): string {
  const cdktfJson = JSON.parse(readFileSync(join(repository, 'cdktf.json'), 'utf8'));
  return JSON.stringify({
    ...cdktfJson,
    context: { service: { ...cdktfJson.context.service, ...service } },
  });
}

const untilItSays = (command: RunningCommand, text: string) =>
  eventually(`it says ${text}`, () => command.output().includes(text), 120_000);

describe('a rehearsal that meets trouble', () => {
  const projects: ProjectFixture[] = [];
  const project = (files: Record<string, string> = {}) => {
    const fixture = new ProjectFixture(files);
    projects.push(fixture);
    return fixture;
  };

  afterEach(() => {
    for (const fixture of projects.splice(0)) {
      expect(fixture.processesLeft()).toEqual([]);
      expect(fixture.foldersLeft()).toEqual([]);
      fixture.remove();
    }
  });

  test('killed with -9, it is cleaned up by the next one; a second beside it is refused; Ctrl-C ends it', async () => {
    const fixture = project();
    const killed = fixture.start(['rehearse', '--once', '--machines', 'process']);
    await untilItSays(killed, 'apply …');
    const second = await fixture.run(['rehearse', '--once', '--machines', 'process']);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(
      /error LabBusy: A rehearsal \(process \d+\) has run in .* npm run lab:down/,
    );

    killed.process.kill('SIGKILL');
    await killed.finished;
    expect(fixture.processesLeft().length).toBeGreaterThan(0);
    const next = fixture.start(['rehearse', '--once', '--machines', 'process']);
    await untilItSays(next, 'An earlier lab was killed; ended what it left: ');
    await untilItSays(next, 'apply …');

    next.process.kill('SIGINT');
    const { exitCode } = await next.finished;
    expect(exitCode).toBe(130);
    expect(next.output()).toContain('Interrupted: cleaning up');
  }, 180_000);

  test('Terraform failing half way: its reason, the place of its log, and nothing left', async () => {
    const network = { vpcId: 'vpc-00000000', publicSubnetIds: ['subnet-00000000', 'subnet-11111111'] };
    const fixture = project({ 'cdktf.json': settings({ network }) });
    const { exitCode, stderr } = await fixture.run(['rehearse', '--once', '--machines', 'process']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error TerraformFailed: terraform apply failed: aws_\w+\.web\w*: .+; its log is /m,
    );
    const log = /\S+terraform-apply\.log/.exec(stderr)?.[0] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('"@level":"error"');
  }, 120_000);

  test('an app that does not start: the reason, its log, and no waiting for Terraform to give up', async () => {
    const fixture = project();
    fixture.copyAndWrite('runtime', { 'app/main.ts': "throw new Error('no database to be found');\n" });
    const { exitCode, stderr } = await fixture.run(['rehearse', '--once', '--machines', 'process']);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/error AppNotStarted: 3 instances in a row ended or gave up while they started/);
    const log = /\S+app\.log/.exec(stderr)?.[0] ?? '';
    expect(readFileSync(log, 'utf8')).toContain('no database to be found');
  }, 300_000);

  test.each([
    ['a minimum above the maximum', { minCapacity: 3, maxCapacity: 2 }, /minCapacity.*3.*maxCapacity.*2/s],
    ['an unknown key', { maxCapacty: 2 }, /maxCapacty.*maxCapacity/s],
  ])(
    '%s is refused before anything is started',
    async (_what, service, message) => {
      const fixture = project({ 'cdktf.json': settings(service) });
      const { exitCode, stderr } = await fixture.run(['rehearse', '--once', '--machines', 'process']);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
    },
    30_000,
  );

  test('a port in use is refused before anything is started', async () => {
    const fixture = project();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { exitCode, stderr } = await fixture.run([
      'rehearse',
      '--once',
      '--machines',
      'process',
      '--port',
      port,
    ]);
    await new Promise((resolve) => server.close(resolve));
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`error PortInUse: --port is ${port}`)]);
  }, 30_000);

  test('a missing tool: exit code 2 and the commands that put it right', async () => {
    const fixture = project();
    const { exitCode, stderr } = await fixture.run(['rehearse', '--once', '--machines', 'process'], {
      TERRAFORM_BINARY_NAME: 'terraform-that-is-not-there',
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/error ToolsMissing: .*terraform/s)]);
  }, 30_000);
});
