import type { Region } from '../../lab/autoscaling/model';
import type { ControlLoop } from '../../lab/control-loop';
import { addresseeOf } from '../../lab/gateway/service-of';
import { autoScalingService, targetHealthService } from '../../lab/gateway/services';
import type { MachineFleet } from '../../lab/machines/fleet';

const arn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/0123456789abcdef';
const region: Region = {
  name: 'eu-central-1',
  accountId: '123456789012',
  groups: new Map(),
  targetGroups: new Map(),
  alarms: new Map(),
};

function services() {
  const asked: string[] = [];
  let turns = 0;
  const loop = {
    answer: async (action: string) => {
      asked.push(action);
      return {};
    },
    currentLoadBalancing: async () => ({
      dataPlanes: new Map(),
      targetGroups: new Map([[arn, { port: 80, deregistrationDelay: 30, dimension: '' }]]),
    }),
    wake: () => {
      turns += 1;
    },
  } as unknown as ControlLoop;
  const fleet = { states: new Map([['i-1', 'starting']]) } as unknown as MachineFleet;
  return {
    asked,
    turns: () => turns,
    autoScaling: autoScalingService(loop, region),
    targetHealth: targetHealthService(loop, region, fleet),
  };
}

test('an action of Auto Scaling goes to the model', async () => {
  const { autoScaling, asked } = services();
  await autoScaling.answer('DescribeTags', {}, 'eu-central-1');
  expect(asked).toEqual(['DescribeTags']);
});

test('an action that the lab does not know is refused by its name', async () => {
  const { autoScaling } = services();
  await expect(autoScaling.answer('PutNotificationConfiguration', {}, 'eu-central-1')).rejects.toMatchObject({
    code: 'InvalidAction',
    message: expect.stringContaining('PutNotificationConfiguration'),
  });
});

test('a request for another region is refused, with both names', async () => {
  const { autoScaling, targetHealth, asked } = services();
  const refusal = {
    code: 'InvalidClientTokenId',
    status: 403,
    message: expect.stringMatching(/eu-central-1.*us-east-1.*AWS_REGION=eu-central-1/),
  };
  await expect(autoScaling.answer('DescribeTags', {}, 'us-east-1')).rejects.toMatchObject(refusal);
  await expect(targetHealth.answer('DescribeTargetHealth', {}, 'us-east-1')).rejects.toMatchObject(refusal);
  expect(asked).toEqual([]);
});

test('an instance that has not started yet cannot be registered', async () => {
  const { targetHealth } = services();
  const input = { TargetGroupArn: arn, Targets: [{ Id: 'i-1' }] };
  await expect(targetHealth.answer('RegisterTargets', input, 'eu-central-1')).rejects.toMatchObject({
    code: 'InvalidTarget',
  });
});

test('target health is answered here and followed by a turn, the rest of the service is not ours', async () => {
  const { targetHealth, turns } = services();
  expect(targetHealth.answer('DescribeListeners', {}, 'eu-central-1')).toBeUndefined();
  await targetHealth.answer('DescribeTargetHealth', { TargetGroupArn: arn }, 'eu-central-1');
  expect(turns()).toBe(1);
});

const scope = 'test/20261124/us-east-1/s3/aws4_request';

test.each([
  ['the header', { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host` }, '/bucket'],
  [
    'the query of a presigned URL',
    {},
    `/bucket/key?X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=1`,
  ],
  ['a presigned URL whose path looks like a host', {}, `//key?X-Amz-Credential=${encodeURIComponent(scope)}`],
])('service and region are read from %s', (_where, headers, url) => {
  expect(addresseeOf(headers, url)).toEqual({ service: 's3', region: 'us-east-1' });
});

test('a request that is not signed is for nobody in particular', () => {
  expect(addresseeOf({}, '/moto-api/data.json')).toBeUndefined();
  expect(addresseeOf({ authorization: 'Bearer x' }, '/')).toBeUndefined();
});
