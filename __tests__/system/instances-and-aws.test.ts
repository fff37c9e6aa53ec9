/** What instances that boot meet of AWS: metadata, signatures, permissions. And `bake`, as a deployer runs it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateLaunchTemplateVersionCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type RequestLaunchTemplateData,
  type ResponseLaunchTemplateData,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { readServiceContext, synthesize } from '../../lab/synthesize';
import { eventually, type LabFixture, labFixture, region, repository } from '../support/lab-fixture';

interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let fixture: LabFixture;
let launchTemplateId: string;
/** Of the group, in service. */
let instanceId: string;
let release: { bucket: string; key: string; versionId: string };
let baked: { imageId: string; bakedFrom: string };
/** An instance outside the group, of the baked image. */
let ran: string;

beforeAll(async () => {
  fixture = await labFixture(1, 'booted');
  const output = join(fixture.directory, 'cdktf.out');
  mkdirSync(output);
  const { stack, stackDirectory } = await synthesize(readServiceContext(repository, {}), {
    processes: fixture.processes,
    projectDirectory: repository,
    outputDirectory: output,
    logFile: join(fixture.directory, 'synthesis.log'),
  });
  const project = fixture.project(stack, stackDirectory);
  await project.init();
  await project.apply();
  launchTemplateId = String((await project.outputs()).launch_template_id);
  instanceId = [...(fixture.lab.region.groups.get('web')?.instances.keys() ?? [])][0] ?? '';
  const setting = (name: string, text: string) =>
    new RegExp(`${name}=\\\\"([^"\\\\]*)`).exec(text)?.[1] ?? '';
  const text = await userData();
  release = {
    bucket: setting('RELEASE_BUCKET', text),
    key: setting('RELEASE_KEY', text),
    versionId: setting('RELEASE_VERSION_ID', text),
  };
}, 480_000);

afterAll(async () => fixture?.stop(), 120_000);

const client = <T>(Client: new (settings: object) => T): T =>
  new Client({
    endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
    region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

function start(...args: string[]): {
  child: ChildProcess;
  stderr: () => string;
  finished: Promise<Finished>;
} {
  const child = spawn(
    process.execPath,
    [
      '--require',
      require.resolve('tsx/cjs'),
      'cli/main.ts',
      'bake',
      '--launch-template',
      launchTemplateId,
      ...args,
    ],
    {
      cwd: repository,
      env: { PATH: process.env.PATH ?? '', HOME: fixture.directory, ...fixture.lab.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, stderr: () => stderr, finished };
}

async function stateOf(id: string): Promise<string | undefined> {
  const { Reservations = [] } = await client(EC2Client).send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  return Reservations[0]?.Instances?.[0]?.State?.Name;
}

async function consoleOf(id: string): Promise<string> {
  const { Output = '' } = await client(EC2Client).send(new GetConsoleOutputCommand({ InstanceId: id }));
  return Buffer.from(Output, 'base64').toString('utf8');
}

const instanceIn = (stderr: string) => /^(i-[0-9a-f]+) installs on/m.exec(stderr)?.[1] ?? '';

async function template(): Promise<ResponseLaunchTemplateData> {
  const { LaunchTemplateVersions = [] } = await client(EC2Client).send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: launchTemplateId, Versions: ['$Latest'] }),
  );
  return LaunchTemplateVersions[0]?.LaunchTemplateData ?? {};
}

async function userData(): Promise<string> {
  return Buffer.from((await template()).UserData ?? '', 'base64').toString('utf8');
}

/** curl in the network of the group's instance: its requests come from its address. */
async function curl(...args: string[]): Promise<{ status: number; body: string }> {
  const namespace = readdirSync('/run/netns').find((name) => name.endsWith(instanceId)) ?? '';
  const { stdout } = await promisify(execFile)('ip', [
    ...['netns', 'exec', namespace, 'curl', '--silent', '--noproxy', '*'],
    ...['--write-out', '\n%{http_code}', ...args],
  ]);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

const metadata = 'http://169.254.169.254/latest';

async function metadataOf(path: string): Promise<string> {
  const ttl = 'X-aws-ec2-metadata-token-ttl-seconds: 60';
  const token = (await curl('-X', 'PUT', '-H', ttl, `${metadata}/api/token`)).body;
  return (await curl('-H', `X-aws-ec2-metadata-token: ${token}`, `${metadata}/meta-data/${path}`)).body;
}

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
}

async function signed(service: string, path: string, args: string[], changed: Partial<Credentials> = {}) {
  const role = await metadataOf('iam/security-credentials/');
  const issued = JSON.parse(await metadataOf(`iam/security-credentials/${role}`)) as Credentials;
  const { AccessKeyId, SecretAccessKey, Token } = { ...issued, ...changed };
  return curl(
    ...['--aws-sigv4', `aws:amz:${region}:${service}`, '--user', `${AccessKeyId}:${SecretAccessKey}`],
    ...['-H', `x-amz-security-token: ${Token}`, ...args, `http://10.0.0.1:4566/${path}`],
  );
}

const object = (path: string, changed?: Partial<Credentials>) =>
  signed('s3', path, ['-o', '/dev/null', '-H', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'], changed);

const completing = (group: string) =>
  signed('autoscaling', '', [
    '-d',
    `Action=CompleteLifecycleAction&Version=2011-01-01&LifecycleActionResult=CONTINUE&AutoScalingGroupName=${group}&LifecycleHookName=launch&InstanceId=${instanceId}`,
  ]);

describe('an instance of the group', () => {
  test('knows itself by its metadata, and only with a token', async () => {
    expect(await metadataOf('instance-id')).toBe(instanceId);
    expect(await metadataOf('autoscaling/target-lifecycle-state')).toBe('InService');
    expect((await curl(`${metadata}/meta-data/instance-id`)).status).toBe(401);
  });

  test('fetches its release, of the version that it is told', async () => {
    const { bucket, key, versionId } = release;
    expect(await object(`${bucket}/${key}?versionId=${versionId}`)).toMatchObject({ status: 200 });
  });

  test.each([
    ['another object', () => `${release.bucket}/secret`],
    ["another bucket's object", () => 'other-bucket/releases/app.tar.gz'],
  ])('is refused %s', async (_what, path) => {
    expect(await object(path())).toMatchObject({ status: 403 });
  });

  test("may complete its own group's hook, of which none is open now, and no other group's", async () => {
    expect(await completing('web')).toMatchObject({
      status: 400,
      body: expect.stringContaining('No active Lifecycle Action'),
    });
    expect(await completing('other')).toMatchObject({
      status: 403,
      body: expect.stringMatching(/<Code>AccessDenied<.*autoScalingGroupName\/other/),
    });
  });

  test('is refused a parameter that is none of its secrets', async () => {
    const answer = await signed('ssm', '', [
      ...['-H', 'Content-Type: application/x-amz-json-1.1', '-H', 'X-Amz-Target: AmazonSSM.GetParameters'],
      ...['-d', '{"Names":["/other/secret"],"WithDecryption":true}'],
    ]);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('AccessDeniedException') });
  });

  test.each<[string, Partial<Credentials>]>([
    ['a wrong secret', { SecretAccessKey: 'wrong' }],
    ["the user's own key", { AccessKeyId: 'test', SecretAccessKey: 'test' }],
  ])('is refused its own release with %s', async (_what, changed) => {
    expect(await object(`${release.bucket}/${release.key}`, changed)).toMatchObject({ status: 403 });
  });

  test('is refused without a signature', async () => {
    expect(await curl(`http://10.0.0.1:4566/${release.bucket}/${release.key}`)).toMatchObject({
      status: 403,
    });
  });
});

test('an image is made, the parameter holds its id, and the instance is gone', async () => {
  const { exitCode, stdout, stderr } = await start('--parameter', '/web/image', '--json').finished;
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stderr).toContain(`account 123456789012, region ${region}, endpoint http://127.0.0.1:`);
  baked = JSON.parse(stdout);
  const { Parameter } = await client(SSMClient).send(new GetParameterCommand({ Name: '/web/image' }));
  expect(Parameter).toMatchObject({ Value: baked.imageId, DataType: 'aws:ec2:image' });
  const { Images = [] } = await client(EC2Client).send(
    new DescribeImagesCommand({ ImageIds: [baked.imageId] }),
  );
  expect(Images[0]).toMatchObject({ State: 'available', RootDeviceName: '/dev/sda1' });
  expect(await stateOf(instanceIn(stderr))).toBe('terminated');
}, 240_000);

test('an instance of the image installs nothing, and serves', async () => {
  const ec2 = client(EC2Client);
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'tag:Service', Values: ['web'] }] }),
  );
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateId: launchTemplateId },
      ImageId: baked.imageId,
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: Subnets[0]?.SubnetId }],
    }),
  );
  ran = Instances[0]?.InstanceId ?? '';
  await eventually('it is ready', async () => /koa-boot: (ready|failed)/.test(await consoleOf(ran)), 90_000);
  const console = await consoleOf(ran);
  expect(console).toMatch(/koa-boot: ready: release [0-9a-f]{64}/);
  expect(console).not.toContain('phase=packages');
}, 120_000);

test('stopped and started again, it serves again', async () => {
  const ec2 = client(EC2Client);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [ran] }));
  await eventually('it is stopped', async () => (await stateOf(ran)) === 'stopped', 90_000);
  const before = (await consoleOf(ran)).length;
  await ec2.send(new StartInstancesCommand({ InstanceIds: [ran] }));
  const since = async () => (await consoleOf(ran)).slice(before);
  await eventually('it is ready', async () => (await since()).includes('koa-boot: ready'), 90_000);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [ran] }));
  expect(await stateOf(ran)).toBe('terminated');
}, 240_000);

test('Ctrl-C terminates the instance and exits with 130', async () => {
  const { child, stderr, finished } = start('--parameter', '/web/other');
  await eventually('it installs', () => instanceIn(stderr()) !== '', 60_000);
  child.kill('SIGINT');
  expect((await finished).exitCode).toBe(130);
  expect(await stateOf(instanceIn(stderr()))).toBe('terminated');
  await expect(client(SSMClient).send(new GetParameterCommand({ Name: '/web/other' }))).rejects.toMatchObject(
    { name: 'ParameterNotFound' },
  );
}, 120_000);

test('an install that fails says why, and leaves nothing', async () => {
  const broken = (await userData()).replace(
    /RELEASE_SHA256=\\"[0-9a-f]*/,
    `RELEASE_SHA256=\\"${'0'.repeat(64)}`,
  );
  await client(EC2Client).send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: launchTemplateId,
      LaunchTemplateData: {
        ...((await template()) as RequestLaunchTemplateData),
        UserData: Buffer.from(broken).toString('base64'),
      },
    }),
  );
  const { exitCode, stdout, stderr } = await start('--parameter', '/web/broken').finished;
  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /error InstallFailed: The install on i-[0-9a-f]+ failed: s3:\/\/.*app\.tar\.gz has SHA-256 [0-9a-f]{64} and 0{64} was expected/,
  );
  expect(await stateOf(instanceIn(stderr))).toBe('terminated');
}, 240_000);
