/** The embedded AWS as a whole: moto, the gateway in front of it, the control loop, the samplers. Up and down. */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../modules/service-error';
import type { Region } from './autoscaling/model';
import type { Balancer, BalancerConfiguration } from './balancer/balancer';
import { DataPlanes } from './balancer/data-planes';
import { startBalancer } from './balancer/haproxy-balancer';
import { createClients, labAccountId, labCredentials } from './cloud/clients';
import { Compute } from './cloud/compute';
import { describeLoadBalancing } from './cloud/load-balancing';
import { StandaloneInstances } from './cloud/standalone-instances';
import { ControlLoop } from './control-loop';
import type { Emit } from './events';
import { Faults } from './faults';
import { Admission } from './gateway/admission';
import { Authorization } from './gateway/authorization';
import { BucketPolicies } from './gateway/bucket-policies';
import { ec2Relay } from './gateway/ec2-relay';
import { startGateway } from './gateway/gateway';
import { Roles } from './gateway/permissions/roles';
import { askEc2, type Relay } from './gateway/relay';
import { autoScalingService, targetHealthService } from './gateway/services';
import { assertFree, firstFreePort } from './host/ports';
import type { Processes } from './host/processes';
import { MachineFleet } from './machines/fleet';
import type { MachineBackend } from './machines/machine';
import { CredentialStore } from './metadata/credentials';
import { metadataHandler } from './metadata/handler';
import { Instances } from './metadata/instances';
import { SessionTokens } from './metadata/session-tokens';
import { alarmStates } from './metrics/alarm-states';
import { Sampler } from './metrics/sampler';
import { imageParameters } from './moto/images';
import { startMoto } from './moto/moto';
import { Pace } from './pace';

export interface LabOptions {
  /** The lab's folder; everything it writes is in it. */
  readonly directory: string;
  readonly region: string;
  /** How many times faster than on AWS alarms, metric periods and warm-up run. */
  readonly speed: number;
  /** The first load balancer's port on this host; unset takes the first free one from 8080 on. */
  readonly port: number | undefined;
  /** The port of the AWS endpoint; unset takes a free one. */
  readonly gatewayPort: number | undefined;
  readonly processes: Processes;
  readonly machines: MachineBackend;
  readonly haproxyBinary: string;
  /** The Python that has moto. */
  readonly python: string;
  readonly emit: Emit;
}

export interface Lab {
  /** What Terraform, cdktf and the AWS CLI need in their environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly motoUrl: string;
  readonly region: Region;
  /** For tests: what is broken on purpose. */
  readonly faults: Faults;
  /** Aborted, with a ServiceError `MotoEnded`, when moto ends unasked: what it held is lost, and the lab with it. */
  readonly broken: AbortSignal;
  /** The URL on this host of the load balancer with this DNS name; undefined while it serves nothing. */
  urlOf(dnsName: string): string | undefined;
  /** Ends instances, balancers and services, in the order in which they need each other. */
  stop(): Promise<void>;
}

const firstBalancerPort = 8080;

export async function startLab(options: LabOptions): Promise<Lab> {
  const { directory, processes, emit } = options;
  mkdirSync(directory, { recursive: true });
  const moto = await startMoto({
    processes,
    python: options.python,
    directory: join(directory, 'moto'),
    region: options.region,
  });
  const broken = new AbortController();
  let stopping = false;
  void moto.process.ended.then((how) => {
    if (stopping) return;
    const { logFile } = moto.process;
    const text = `moto, which holds the embedded AWS, ended with ${how}; start again. Its log is ${logFile}`;
    emit({ type: 'notice', level: 'error', text });
    broken.abort(new ServiceError('MotoEnded', text));
  });
  const clients = createClients(moto.url, options.region);
  const region: Region = {
    name: options.region,
    accountId: labAccountId,
    groups: new Map(),
    targetGroups: new Map(),
    alarms: new Map(),
  };
  const fleet = new MachineFleet(options.machines, emit, () => loop.wake());
  const compute = new Compute(clients.ec2, options.region);
  const dataPlanes = new DataPlanes(
    (configuration) => startDataPlane(configuration, options, compute),
    (id, port) => fleet.machine(id)?.address(port),
  );
  const loop: ControlLoop = new ControlLoop({
    region,
    compute,
    describeLoadBalancing: () => describeLoadBalancing(clients.elbv2),
    fleet,
    dataPlanes,
    alarmStates: (names) => alarmStates(names, region, clients.cloudwatch),
    pace: new Pace(options.speed),
    emit,
  });
  const sampler = new Sampler({
    region,
    fleet,
    dataPlanes,
    loadBalancing: () => loop.loadBalancing,
    surroundings: () => loop.surroundings,
    cloudwatch: clients.cloudwatch,
    onDatapoint: () => loop.wake(),
  });
  const faults = new Faults();
  const credentials = new CredentialStore();
  const roles = new Roles(clients.iam);
  const bucketPolicies = new BucketPolicies((bucket) => bucketExists(moto.url, bucket));
  const authorization = new Authorization({
    accountId: region.accountId,
    credentials,
    roles,
    bucketPolicies,
    facts: { groupArn: (name) => region.groups.get(name)?.arn },
    now: Date.now,
  });
  const standalone = standaloneInstances(options, compute, fleet);
  const gateway = await startGateway({
    motoUrl: moto.url,
    port: options.gatewayPort ?? 0,
    services: {
      autoscaling: autoScalingService(loop, region),
      elasticloadbalancing: targetHealthService(loop, region, fleet),
    },
    relays: standalone?.relays(moto.url) ?? {},
    admission: new Admission(authorization, region.accountId, faults),
    bucketPolicies,
    publicParameters: imageParameters,
    onWrite: (service) => loop.noticeWrite(service),
    log: openLog(join(directory, 'logs', 'gateway.log')),
    onFailure: failureOf('The gateway', emit),
  });
  const instances = new Instances({ region, roles, credentials, faults });
  const tokens = new SessionTokens();
  options.machines.connect?.({
    metadata: (instanceAt) =>
      metadataHandler({
        instanceAt: async (address) => {
          const spec = instanceAt(address);
          return spec && instances.view(spec);
        },
        tokens,
        delay: () => sleep(faults.active('slow-metadata')?.milliseconds ?? 0),
        onFailure: failureOf('The metadata service', emit),
      }),
    endpoint: gateway.fromVpc,
  });
  loop.start();
  sampler.start();
  return {
    environment: awsEnvironment(gateway.url, options.region),
    motoUrl: moto.url,
    region,
    faults,
    broken: broken.signal,
    urlOf: (dnsName) => {
      const plane = dataPlanes.all.find(({ description }) => description.dnsName === dnsName);
      return plane && `http://${plane.balancer.address.host}:${plane.balancer.address.port}`;
    },
    stop: async () => {
      stopping = true;
      await sampler.stop();
      await loop.stop();
      await standalone?.instances.removeAll();
      await dataPlanes.stop();
      await fleet.stopAll();
      await options.machines.stop?.();
      await gateway.stop();
      clients.destroy();
      await moto.stop();
    },
  };
}

/** Undefined where machines don't boot: nothing would be gained by an instance that nobody sends anything to. */
function standaloneInstances(
  { machines, region, emit }: LabOptions,
  compute: Compute,
  fleet: MachineFleet,
): { instances: StandaloneInstances; relays: (motoUrl: string) => Record<string, Relay> } | undefined {
  if (machines.kind === 'process') return undefined;
  const instances = new StandaloneInstances({ compute, fleet, onFailure: failureOf('EC2', emit) });
  return {
    instances,
    relays: (motoUrl) => ({
      ec2: ec2Relay({ region, compute, instances, fleet, askMoto: askEc2(motoUrl, region) }),
    }),
  };
}

function failureOf(who: string, emit: Emit): (error: unknown) => void {
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    emit({ type: 'notice', level: 'error', text: `${who} failed to answer: ${text}` });
  };
}

async function bucketExists(motoUrl: string, bucket: string): Promise<boolean> {
  const answer = await fetch(`${motoUrl}/${bucket}`, { method: 'HEAD' });
  return answer.ok;
}

/** Each lab begins its own; lines are small and few, and a crash is what they are for: they go out at once. */
function openLog(file: string): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  return (line) => appendFileSync(file, `${line}\n`);
}

async function startDataPlane(
  configuration: BalancerConfiguration,
  { directory, port, processes, haproxyBinary, machines }: LabOptions,
  compute: Compute,
): Promise<Balancer> {
  if (port !== undefined) await assertFree({ host: '127.0.0.1', port }, '--port');
  return startBalancer({
    processes,
    haproxyBinary,
    directory: join(directory, 'balancers', configuration.loadBalancerName),
    listen: { host: '127.0.0.1', port: port ?? (await firstFreePort(firstBalancerPort)) },
    namespace: await machines.namespaceOf?.(await compute.vpc(configuration.vpcId)),
    configuration,
  });
}

/** An address rather than a name makes the SDKs ask S3 path-style, without a setting. */
function awsEnvironment(url: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: labCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: labCredentials.secretAccessKey,
    AWS_REGION: region,
    // The AWS CLI before version 2 knows only this name.
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
