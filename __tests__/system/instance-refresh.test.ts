import { AutoScalingClient, DescribeInstanceRefreshesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { labCredentials } from '../../lab/cloud/clients';
import type { TerraformProject } from '../../lab/terraform/project';
import type { ServiceOptions } from '../support/configurations';
import { eventually, type LabFixture, labFixture, region } from '../support/lab-fixture';
import { type Answer, Load } from '../support/load';
import { writeStack } from '../support/stack-fixture';

const name = 'web';
const instances = 2;

const service = (generation: string): ServiceOptions => ({
  minCapacity: instances,
  maxCapacity: instances,
  environment: { GENERATION: generation },
  rollout: { strategy: 'refresh' },
});

/** Real Terraform starts it, as C9 says; Auto Scaling's own times pass ten times as fast, drains and boots do not. */
describe('a changed service under load', () => {
  let fixture: LabFixture;
  let project: TerraformProject;
  let autoScaling: AutoScalingClient;

  beforeAll(async () => {
    fixture = await labFixture(10);
    project = fixture.project(name, stackOf('first'));
    await project.init();
    await project.apply();
    autoScaling = new AutoScalingClient({
      endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
      region,
      credentials: labCredentials,
    });
  }, 300_000);

  afterAll(async () => {
    autoScaling?.destroy();
    await fixture?.stop();
  }, 90_000);

  const stackOf = (generation: string) =>
    writeStack(fixture.directory, name, { title: generation, props: service(generation) });

  const group = () => {
    const found = fixture.lab.region.groups.get(name);
    if (found === undefined) throw new Error(`no group ${name}`);
    return found;
  };

  const healthy = () => {
    const [targets] = fixture.lab.region.targetGroups.values();
    return [...(targets?.values() ?? [])].filter(({ state }) => state === 'healthy').length;
  };

  const refreshes = async () => {
    const command = new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: name });
    return (await autoScaling.send(command)).InstanceRefreshes ?? [];
  };

  const url = async () => {
    const client = new ElasticLoadBalancingV2Client({
      endpoint: fixture.lab.environment.AWS_ENDPOINT_URL,
      region,
      credentials: labCredentials,
    });
    const { LoadBalancers: [balancer] = [] } = await client.send(new DescribeLoadBalancersCommand({}));
    client.destroy();
    return fixture.lab.urlOf(balancer?.DNSName ?? '') ?? '';
  };

  test('gets new instances one at a time, and loses no request (C1, C2, C9)', async () => {
    const before = [...group().instances.keys()];
    project.use(stackOf('second'));
    const load = new Load({ url: await url(), path: () => '/', concurrency: 8, pause: 20 });
    await load.answered(20);
    let fewestHealthy = instances;
    let most = 0;
    const watch = setInterval(() => {
      fewestHealthy = Math.min(fewestHealthy, healthy());
      const running = [...group().instances.values()].filter(({ state }) => !state.startsWith('Terminating'));
      most = Math.max(most, running.length + group().launches.size);
    }, 100);
    let answers: readonly Answer[];
    try {
      await project.apply();
      await eventually(
        'the refresh has succeeded',
        async () => (await refreshes())[0]?.Status === 'Successful',
        180_000,
      );
      await load.answered(50);
    } finally {
      clearInterval(watch);
      answers = await load.stop();
    }
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.length).toBeGreaterThan(500);
    expect({ fewestHealthy, most }).toEqual({ fewestHealthy: instances, most: instances + 1 });
    const [refresh] = await refreshes();
    expect(refresh).toMatchObject({
      PercentageComplete: 100,
      InstancesToUpdate: 0,
      Preferences: { MinHealthyPercentage: 100, MaxHealthyPercentage: 110 },
    });
    const after = [...group().instances.values()].filter(({ state }) => state === 'InService');
    expect(after.filter(({ id }) => before.includes(id))).toEqual([]);
    expect(new Set(after.map(({ launchTemplate }) => launchTemplate.version))).toEqual(
      new Set([String(Number(group().launchTemplate.version))]),
    );
    expect(await project.plan()).toMatchObject({ empty: true });
  }, 400_000);

  test('changed again while a refresh is under way, Terraform cancels that one and starts another (C9)', async () => {
    project.use(stackOf('third'));
    await project.apply();
    project.use(stackOf('fourth'));
    await project.apply();
    await eventually(
      'the second has succeeded',
      async () => (await refreshes())[0]?.Status === 'Successful',
      180_000,
    );
    const statuses = (await refreshes()).map(({ Status }) => Status);
    expect(statuses).toEqual(['Successful', 'Cancelled', 'Successful']);
  }, 400_000);
});
