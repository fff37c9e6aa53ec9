/** The metadata of one instance as the tree that it browses (rule E3). */
import type { LifecycleState } from '../autoscaling/model';
import type { InstanceView } from './instance-view';

export type Entry = string | Directory;
/** An entry that is undefined is not there. */
export interface Directory {
  readonly [name: string]: Entry | undefined;
}

export function metadataTree(instance: InstanceView): Directory {
  const { instanceId, instanceType, imageId, region, zone, privateIp, userData } = instance;
  const hostname = `ip-${privateIp.replaceAll('.', '-')}.${region}.compute.internal`;
  return {
    dynamic: { 'instance-identity': { document: identityDocument(instance) } },
    'meta-data': {
      'ami-id': imageId,
      autoscaling: instance.lifecycleState && {
        'target-lifecycle-state': targetState(instance.lifecycleState),
      },
      hostname,
      iam: credentials(instance),
      'instance-id': instanceId,
      'instance-type': instanceType,
      'local-hostname': hostname,
      'local-ipv4': privateIp,
      placement: { 'availability-zone': zone, region },
      services: { domain: 'amazonaws.com', partition: 'aws' },
      spot: spotNotice(instance),
    },
    'user-data': userData === '' ? undefined : userData,
  };
}

/** The steady state that it is on its way to, never a `:Wait` (rule E3). */
function targetState(state: LifecycleState): string {
  if (state.startsWith('Warmed:Terminat')) return 'Warmed:Terminated';
  if (state.startsWith('Warmed:')) return state;
  return state.startsWith('Terminat') ? 'Terminated' : 'InService';
}

function credentials({ credentials }: InstanceView): Directory | undefined {
  if (credentials === undefined) return undefined;
  const { role, accessKeyId, secretAccessKey, sessionToken, issuedAt, expiresAt } = credentials;
  const document = {
    Code: 'Success',
    LastUpdated: inSeconds(issuedAt),
    Type: 'AWS-HMAC',
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: inSeconds(expiresAt),
  };
  return { 'security-credentials': { [role]: pretty(document) } };
}

function spotNotice({ spotNotice }: InstanceView): Directory | undefined {
  if (spotNotice === undefined) return undefined;
  const { action, at } = spotNotice;
  return {
    'instance-action': JSON.stringify({ action, time: inSeconds(at) }),
    'termination-time': action === 'terminate' ? inSeconds(at) : undefined,
  };
}

function identityDocument({ accountId, imageId, instanceId, instanceType, ...view }: InstanceView): string {
  return pretty({
    accountId,
    availabilityZone: view.zone,
    imageId,
    instanceId,
    instanceType,
    privateIp: view.privateIp,
    region: view.region,
    version: '2017-09-30',
  });
}

/** As EC2 prints it: scripts on instances read it line by line. */
function pretty(document: object): string {
  return JSON.stringify(document, null, 2).replaceAll('": ', '" : ');
}

function inSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
