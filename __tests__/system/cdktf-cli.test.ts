import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { readServiceContext, synthesize } from '../../lab/synthesize';
import { testFolders } from '../../scripts/test-folders';
import { ProjectFixture } from '../support/project-fixture';

/** The real command line, as a deployer has it: by npx, no dependency of this project. */
const cdktfCli = 'cdktf-cli@0.21.0';

let project: ProjectFixture;
beforeEach(() => {
  project = new ProjectFixture();
});
afterEach(async () => {
  await project.run(['lab', 'down']);
  project.remove();
});

function cdktf(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<{ exitCode: number; output: string }>((resolve) => {
    const child = execFile(
      'npx',
      ['--yes', cdktfCli, ...args],
      {
        cwd: project.directory,
        // Neither of them is waited for then: the question whether a newer version exists, and the report of a crash.
        env: { ...process.env, CHECKPOINT_DISABLE: '1', CI: 'true', ...env },
        maxBuffer: 64 * 1024 * 1024,
      },
      (_error, stdout, stderr) =>
        resolve({ exitCode: child.exitCode ?? Number.NaN, output: `${stdout}${stderr}` }),
    );
  });
}

test('what `cdktf synth` writes is, byte for byte, what a rehearsal applies', async () => {
  const output = testFolders.make('synth');
  try {
    const { exitCode, output: said } = await cdktf(['synth', '--output', join(output, 'cli')]);
    expect(`${exitCode} ${said}`).toMatch(/^0 /);
    const { stackDirectory } = await synthesize(readServiceContext(project.directory, {}), {
      processes: new Processes(processRecord(output)),
      projectDirectory: project.directory,
      outputDirectory: join(output, 'lab'),
      logFile: join(output, 'synthesis.log'),
    });
    const applied = readFileSync(join(stackDirectory, 'cdk.tf.json'), 'utf8');
    expect(readFileSync(join(output, 'cli', 'stacks', 'web', 'cdk.tf.json'), 'utf8')).toBe(applied);
    expect(applied).toContain('aws_autoscaling_group');
  } finally {
    testFolders.remove(output);
  }
}, 180_000);

test('`cdktf deploy` against `lab up` makes the service there, and its group an instance', async () => {
  const environment = await labUp();
  const { exitCode, output } = await cdktf(['deploy', '--auto-approve', '--skip-provider-lock'], environment);
  expect(`${exitCode} ${output}`).toMatch(/^0 /);
  expect(output).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed\./);
  const client = new AutoScalingClient({
    endpoint: environment.AWS_ENDPOINT_URL,
    region: environment.AWS_REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  expect(AutoScalingGroups?.map(({ AutoScalingGroupName }) => AutoScalingGroupName)).toEqual(['web']);
  expect(AutoScalingGroups?.[0]?.Instances?.map(({ LifecycleState }) => LifecycleState)).toEqual([
    'InService',
  ]);
}, 360_000);

test('`lab env` tells the same way as `lab up`, and a second lab is refused and leaves the first alone', async () => {
  const environment = await labUp();
  const env = await project.run(['lab', 'env', '--json']);
  expect(JSON.parse(env.stdout)).toEqual(environment);
  const second = await project.run(['lab', 'up', '--machines', 'process']);
  expect(second.exitCode).toBe(1);
  expect(second.stderr).toContain('LabBusy');
  expect((await project.run(['lab', 'status'])).exitCode).toBe(0);
}, 180_000);

test('`lab down` ends all that `lab up` had started, and then it is not running', async () => {
  await labUp();
  const down = await project.run(['lab', 'down']);
  expect(`${down.exitCode} ${down.stderr}`).toMatch(/^0 /);
  const status = await project.run(['lab', 'status']);
  expect([status.exitCode, status.stdout]).toEqual([1, 'not running\n']);
  expect((await project.run(['lab', 'env'])).stderr).toContain('LabNotRunning');
  expect(project.processesLeft()).toEqual([]);
  expect(project.foldersLeft()).toEqual([]);
}, 180_000);

async function labUp(): Promise<Record<string, string>> {
  const { exitCode, stdout, stderr } = await project.run([
    'lab',
    'up',
    '--machines',
    'process',
    '--json',
    '--speed',
    '20',
  ]);
  expect(`${exitCode} ${stderr}`).toMatch(/^0 /);
  const { environment } = JSON.parse(stdout) as { environment: Record<string, string> };
  expect(environment).toMatchObject({
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_REGION: 'eu-central-1',
  });
  return environment;
}
