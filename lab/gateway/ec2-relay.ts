/** What of EC2 reaches machines: instances that are run, started, stopped and terminated, their consoles, images of them. */
import { readFile } from 'node:fs/promises';
import { XMLBuilder } from 'fast-xml-parser';
import { AwsError } from '../aws-error';
import type { Compute } from '../cloud/compute';
import { overlookedParameters } from '../cloud/launch-template';
import type { StandaloneInstances } from '../cloud/standalone-instances';
import type { MachineFleet } from '../machines/fleet';
import type { QueryInput } from './query-protocol';
import type { AskMoto, Relay, RelayedAnswer, RelayedRequest } from './relay';

export interface Ec2RelayOptions {
  readonly region: string;
  readonly compute: Pick<Compute, 'templateVersion'>;
  readonly instances: StandaloneInstances;
  readonly fleet: Pick<MachineFleet, 'freezeImage' | 'consoleOf'>;
  readonly askMoto: AskMoto;
}

type Action = (options: Ec2RelayOptions, request: RelayedRequest) => Promise<RelayedAnswer> | undefined;

const actions: Readonly<Record<string, Action>> = {
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
  CreateImage: createImage,
  GetConsoleOutput: getConsoleOutput,
};

export function ec2Relay(options: Ec2RelayOptions): Relay {
  return {
    answer: (request) =>
      request.region === options.region && Object.hasOwn(actions, request.action)
        ? actions[request.action]?.(options, request)
        : undefined,
  };
}

async function runInstances(
  { compute, instances, askMoto }: Ec2RelayOptions,
  { form, input }: RelayedRequest,
): Promise<RelayedAnswer> {
  const template = structure(input.LaunchTemplate);
  const id = text(template?.LaunchTemplateId);
  const parameters = new URLSearchParams(form);
  if (id !== undefined) {
    const { data } = await compute.templateVersion({ id, version: text(template?.Version) ?? '$Default' });
    for (const [name, value] of overlookedParameters(data, parameters)) parameters.set(name, value);
  }
  const answer = await askMoto(parameters.toString());
  if (answer.status === 200) await instances.launched(instanceIdsIn(answer.body));
  return answer;
}

async function startInstances(
  { instances, askMoto }: Ec2RelayOptions,
  { form, input }: RelayedRequest,
): Promise<RelayedAnswer> {
  const answer = await askMoto(form);
  if (answer.status === 200) instances.started(namedInstances(input));
  return answer;
}

/** moto would call them stopped while their machines still run: it is told when they have ended. */
function stopInstances(
  { instances }: Ec2RelayOptions,
  { input }: RelayedRequest,
): Promise<RelayedAnswer> | undefined {
  const ids = namedInstances(input);
  if (ids.length === 0 || !ids.every((id) => instances.has(id))) return undefined;
  const item = ids.map((instanceId) => ({
    instanceId,
    currentState: { code: 64, name: 'stopping' },
    previousState: instances.isStopped(instanceId)
      ? { code: 80, name: 'stopped' }
      : { code: 16, name: 'running' },
  }));
  instances.stop(ids);
  return Promise.resolve(rendered('StopInstances', { instancesSet: { item } }));
}

async function terminateInstances(
  { instances, askMoto }: Ec2RelayOptions,
  { form, input }: RelayedRequest,
): Promise<RelayedAnswer> {
  const answer = await askMoto(form);
  if (answer.status === 200) instances.terminated(namedInstances(input));
  return answer;
}

async function createImage(
  { instances, fleet, askMoto }: Ec2RelayOptions,
  { form, input }: RelayedRequest,
): Promise<RelayedAnswer> {
  const instanceId = text(input.InstanceId) ?? '';
  if (!instances.isStopped(instanceId))
    throw new AwsError(
      'IncorrectInstanceState',
      `${instanceId} does not stand still, and the lab makes images of stopped instances alone; stop it first.`,
    );
  const answer = await askMoto(form);
  const imageId = /<imageId>(ami-[0-9a-f]+)<\/imageId>/.exec(answer.body)?.[1];
  if (answer.status === 200 && imageId !== undefined) await fleet.freezeImage(instanceId, imageId);
  return answer;
}

async function getConsoleOutput(
  { fleet, askMoto }: Ec2RelayOptions,
  { form, input }: RelayedRequest,
): Promise<RelayedAnswer> {
  const answer = await askMoto(form);
  if (answer.status !== 200) return answer;
  const file = fleet.consoleOf(text(input.InstanceId) ?? '');
  const output = file === undefined ? Buffer.alloc(0) : await readFile(file);
  // EC2 keeps the last 64 KB.
  const encoded = output.subarray(Math.max(0, output.length - 65_536)).toString('base64');
  return { ...answer, body: answer.body.replace(/<output>[^<]*<\/output>/, `<output>${encoded}</output>`) };
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

function rendered(action: string, members: object): RelayedAnswer {
  const response = { '@xmlns': 'http://ec2.amazonaws.com/doc/2016-11-15/', requestId: 'lab', ...members };
  return { status: 200, body: builder.build({ [`${action}Response`]: response }) };
}

/** `InstanceId.1=…&InstanceId.2=…`: EC2's lists have no `member`. */
function namedInstances({ InstanceId: ids }: QueryInput): string[] {
  return typeof ids === 'object'
    ? Object.values(ids).filter((id): id is string => typeof id === 'string')
    : [];
}

function instanceIdsIn(xml: string): string[] {
  return [...xml.matchAll(/<instanceId>(i-[0-9a-f]+)<\/instanceId>/g)].map(([, id = '']) => id);
}

function structure(value: QueryInput[string] | undefined): QueryInput | undefined {
  return typeof value === 'object' && !Array.isArray(value) ? (value as QueryInput) : undefined;
}

function text(value: QueryInput[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
