import {
  DescribeLaunchTemplateVersionsCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { type LaunchChoice, plainLaunch } from '../../lab/autoscaling/mixed-instances';
import type { Group, Tag } from '../../lab/autoscaling/model';
import { Compute } from '../../lab/cloud/compute';

/** An EC2 that launches whatever it is asked for, and the tags it was asked for. */
function setUp() {
  const tags: unknown[] = [];
  const asked: RunInstancesCommand['input'][] = [];
  const ec2 = {
    send: async (command: { input: object }) => {
      if (command instanceof DescribeLaunchTemplateVersionsCommand) {
        return { LaunchTemplateVersions: [{ VersionNumber: 1, LaunchTemplateData: {} }] };
      }
      if (!(command instanceof RunInstancesCommand)) return { Vpcs: [{ CidrBlock: '10.0.0.0/16' }] };
      asked.push(command.input);
      tags.push(...(command.input.TagSpecifications ?? []).map(({ Tags }) => Tags));
      return { Instances: [{ InstanceId: 'i-1', VpcId: 'vpc-1' }] };
    },
  } as unknown as EC2Client;
  const run = (groupTags: readonly Tag[], choice: LaunchChoice = plainLaunch) =>
    new Compute(ec2, 'us-east-1').run(
      {
        name: 'web',
        launchTemplate: { id: 'lt-1', name: 'web', version: '$Latest' },
        refreshes: [],
        tags: new Map(groupTags.map((tag) => [tag.key, tag])),
      } as unknown as Group,
      { id: 'subnet-a', zone: 'us-east-1a' },
      choice,
    );
  return { run, tags, asked };
}

const groupName = { Key: 'aws:autoscaling:groupName', Value: 'web' };

test('an instance is tagged with its group, also where the group passes no tags on', async () => {
  const { run, tags } = setUp();
  await run([{ key: 'team', value: 'shop', propagateAtLaunch: false }]);
  expect(tags).toEqual([[groupName]]);
});

test('the tags that a group passes on come with it', async () => {
  const { run, tags } = setUp();
  await run([{ key: 'Name', value: 'web', propagateAtLaunch: true }]);
  expect(tags).toEqual([[groupName, { Key: 'Name', Value: 'web' }]]);
});

test('B20: a launch of a mixed instances policy is of its type, its launch template and its purchase option', async () => {
  const { run, asked } = setUp();
  const launchTemplate = { id: 'lt-2', name: 'other', version: '3' };
  const { launched } = await run([], {
    instanceType: 'm7i.large',
    weight: 2,
    launchTemplate,
    purchaseOption: 'spot',
  });
  expect(asked).toMatchObject([
    {
      InstanceType: 'm7i.large',
      LaunchTemplate: { LaunchTemplateId: 'lt-2' },
      InstanceMarketOptions: { MarketType: 'spot' },
    },
  ]);
  expect(launched.launchTemplate).toMatchObject({ id: 'lt-2' });
});

test('any other launch is as its launch template says', async () => {
  const { run, asked } = setUp();
  await run([]);
  expect(Object.keys(asked[0] ?? {})).not.toContain('InstanceType');
  expect(Object.keys(asked[0] ?? {})).not.toContain('InstanceMarketOptions');
});
