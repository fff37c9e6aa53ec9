import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { StandaloneInstances } from '../../lab/cloud/standalone-instances';
import { ec2Relay } from '../../lab/gateway/ec2-relay';
import { parseQuery } from '../../lab/gateway/query-protocol';

const template: ResponseLaunchTemplateData = {
  IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/web' },
  BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8, Encrypted: true } }],
  NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: true, Groups: ['sg-1', 'sg-2'] }],
};

const folder = mkdtempSync(join(tmpdir(), 'relay-'));
const consoleFile = join(folder, 'console.log');
afterAll(() => rmSync(folder, { recursive: true }));

function setUp(motoAnswers = '<instanceId>i-0a</instanceId>', status = 200) {
  const asked: URLSearchParams[] = [];
  const done: string[] = [];
  const tell = (what: string) => async (ids: readonly string[]) => void done.push(`${what} ${ids.join()}`);
  const instances = {
    has: (id: string) => id.startsWith('i-own'),
    isStopped: (id: string) => id === 'i-own-stopped',
    launched: tell('launched'),
    started: tell('started'),
    stop: tell('stop'),
    terminated: tell('terminated'),
  } as unknown as StandaloneInstances;
  const relay = ec2Relay({
    region: 'eu-central-1',
    compute: { templateVersion: async () => ({ version: '1', data: template }) },
    instances,
    fleet: {
      freezeImage: async (instanceId, imageId) => void done.push(`froze ${instanceId} as ${imageId}`),
      consoleOf: (id) => (id === 'i-own' ? consoleFile : undefined),
    },
    askMoto: async (form) => {
      asked.push(new URLSearchParams(form));
      return { status, body: motoAnswers };
    },
  });
  const ask = (form: string, region = 'eu-central-1') => {
    const input = parseQuery(form);
    return relay.answer({ action: String(input.Action), input, form, region });
  };
  return { ask, asked, done };
}

describe('RunInstances', () => {
  const run = 'Action=RunInstances&MinCount=1&MaxCount=1&LaunchTemplate.LaunchTemplateId=lt-1';

  test('moto is told again what it overlooks in a launch template, and the machine starts', async () => {
    const { ask, asked, done } = setUp();
    await ask(run);
    expect(Object.fromEntries(asked[0] ?? [])).toEqual({
      Action: 'RunInstances',
      MinCount: '1',
      MaxCount: '1',
      'LaunchTemplate.LaunchTemplateId': 'lt-1',
      'IamInstanceProfile.Arn': 'arn:aws:iam::123456789012:instance-profile/web',
      'BlockDeviceMapping.1.DeviceName': '/dev/sda1',
      'BlockDeviceMapping.1.Ebs.VolumeSize': '8',
      'BlockDeviceMapping.1.Ebs.Encrypted': 'true',
      'NetworkInterface.1.DeviceIndex': '0',
      'NetworkInterface.1.AssociatePublicIpAddress': 'true',
      'NetworkInterface.1.SecurityGroupId.1': 'sg-1',
      'NetworkInterface.1.SecurityGroupId.2': 'sg-2',
    });
    expect(done).toEqual(['launched i-0a']);
  });

  test.each([
    ['IamInstanceProfile.Name=other', 'IamInstanceProfile.Arn'],
    ['SubnetId=subnet-1', 'NetworkInterface.1.DeviceIndex'],
    ['NetworkInterface.1.SubnetId=subnet-1', 'NetworkInterface.1.DeviceIndex'],
    ['BlockDeviceMapping.1.DeviceName=/dev/xvda', 'BlockDeviceMapping.1.Ebs.VolumeSize'],
  ])('what the request says itself counts: %s', async (said, unsaid) => {
    const { ask, asked } = setUp();
    await ask(`${run}&${said}`);
    expect(asked[0]?.has(unsaid)).toBe(false);
  });

  test('what moto refuses starts nothing', async () => {
    const { ask, done } = setUp('<Error/>', 400);
    expect(await ask(run)).toEqual({ status: 400, body: '<Error/>' });
    expect(done).toEqual([]);
  });
});

test('StopInstances is answered before the machine has ended: moto is told when it has', async () => {
  const { ask, asked, done } = setUp();
  const answer = await ask('Action=StopInstances&InstanceId.1=i-own');
  expect(answer?.body).toContain('<currentState><code>64</code><name>stopping</name></currentState>');
  expect([asked, done]).toEqual([[], ['stop i-own']]);
});

test.each(['i-of-a-group', 'i-own&InstanceId.2=i-of-a-group'])(
  "StopInstances of an instance of a group is moto's affair: %s",
  (ids) => {
    expect(setUp().ask(`Action=StopInstances&InstanceId.1=${ids}`)).toBeUndefined();
  },
);

test.each([
  ['TerminateInstances', 'terminated i-own'],
  ['StartInstances', 'started i-own'],
])('%s reaches the machine once moto has it', async (action, told) => {
  const { ask, asked, done } = setUp();
  await ask(`Action=${action}&InstanceId.1=i-own`);
  expect([asked.length, done]).toEqual([1, [told]]);
});

test('CreateImage makes an image of the disk of a stopped instance', async () => {
  const { ask, done } = setUp('<imageId>ami-0b</imageId>');
  expect((await ask('Action=CreateImage&InstanceId=i-own-stopped&Name=a'))?.status).toBe(200);
  expect(done).toEqual(['froze i-own-stopped as ami-0b']);
});

test('CreateImage of one that runs is refused', async () => {
  const { ask, asked } = setUp();
  await expect(ask('Action=CreateImage&InstanceId=i-own&Name=a')).rejects.toMatchObject({
    code: 'IncorrectInstanceState',
    message: expect.stringContaining('stop it first'),
  });
  expect(asked).toEqual([]);
});

test('GetConsoleOutput has what the machine wrote, at most its last 64 KB', async () => {
  const { ask } = setUp('<output>c2FtcGxl</output>');
  const output = async () => {
    const { body = '' } = (await ask('Action=GetConsoleOutput&InstanceId=i-own')) ?? {};
    return Buffer.from(/<output>(.*)<\/output>/.exec(body)?.[1] ?? '', 'base64').toString();
  };
  writeFileSync(consoleFile, 'koa-boot: installed\n');
  expect(await output()).toBe('koa-boot: installed\n');
  writeFileSync(consoleFile, `x${'y'.repeat(65_536)}`);
  expect(await output()).toBe('y'.repeat(65_536));
});

test('an instance without a console has an empty one', async () => {
  const { ask } = setUp('<output>c2FtcGxl</output>');
  expect((await ask('Action=GetConsoleOutput&InstanceId=i-other'))?.body).toBe('<output></output>');
});

test.each([
  ['Action=DescribeInstances', 'eu-central-1'],
  ['Action=constructor', 'eu-central-1'],
  ['Action=RunInstances&ImageId=ami-1', 'us-east-1'],
])("%s in %s is moto's affair", (form, region) => {
  expect(setUp().ask(form, region)).toBeUndefined();
});
