/** The way in, as instances take it: real HTTP, signed by the AWS SDK's own signer. */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { Faults } from '../../lab/faults';
import { Admission } from '../../lab/gateway/admission';
import { Authorization } from '../../lab/gateway/authorization';
import { BucketPolicies } from '../../lab/gateway/bucket-policies';
import { type Gateway, startGateway } from '../../lab/gateway/gateway';
import { parsePolicy } from '../../lab/gateway/permissions/policy';
import type { Roles } from '../../lab/gateway/permissions/roles';
import { CredentialStore, type RoleCredentials } from '../../lab/metadata/credentials';

const accountId = '123456789012';
const group = (name: string) =>
  `arn:aws:autoscaling:eu-central-1:${accountId}:autoScalingGroup:*:autoScalingGroupName/${name}`;

/** What an instance of the service may, as its role has it. */
const rolePolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: 'arn:aws:s3:::releases/releases/*',
    },
    { Effect: 'Allow', Action: 'autoscaling:CompleteLifecycleAction', Resource: group('web') },
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: `arn:aws:ssm:eu-central-1:${accountId}:parameter/web/secret`,
    },
  ],
});

let moto: Server;
let gateway: Gateway;
let vpc: Server;
let vpcUrl: string;
let credentials: CredentialStore;
let held: RoleCredentials;
let faults: Faults;
let bucketPolicies: BucketPolicies;
let reached: string[];

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  reached = [];
  moto = createServer((request, response) => {
    reached.push(`${request.method} ${request.url}`);
    request.resume();
    response.end('moto');
  });
  await new Promise<void>((resolve) => moto.listen(0, '127.0.0.1', resolve));
  credentials = new CredentialStore();
  held = credentials.issue('i-1', 'web');
  faults = new Faults();
  bucketPolicies = new BucketPolicies(async () => true);
  const authorization = new Authorization({
    accountId,
    credentials,
    roles: {
      policiesOf: async () => ({ identity: [parsePolicy('web', rolePolicy)], boundary: undefined }),
    } as unknown as Roles,
    bucketPolicies,
    facts: { groupArn: (name) => (name === 'nowhere' ? undefined : group(name).replace('*', 'u-1')) },
    now: Date.now,
  });
  gateway = await startGateway({
    motoUrl: urlOf(moto),
    port: 0,
    services: { autoscaling: { namespace: 'urn:a', answer: async () => ({}) } },
    relays: {},
    admission: new Admission(authorization, accountId, faults),
    bucketPolicies,
    publicParameters: new Map(),
    onWrite: () => undefined,
    onFailure: (error) => {
      throw error;
    },
    log: () => undefined,
  });
  vpc = createServer(gateway.fromVpc);
  await new Promise<void>((resolve) => vpc.listen(0, '127.0.0.1', resolve));
  vpcUrl = urlOf(vpc);
});

afterEach(async () => {
  await gateway.stop();
  for (const server of [moto, vpc]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

class Sha256 {
  readonly #hash;
  constructor(secret?: Uint8Array | string) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

interface Call {
  readonly service: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

type Keys = Pick<RoleCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

async function call(
  { service, path = '/', query = {}, method = 'GET', headers = {}, body }: Call,
  { url = vpcUrl, keys = held as Keys } = {},
): Promise<{ status: number; text: string }> {
  const { host } = new URL(url);
  const signer = new SignatureV4({
    service,
    region: 'eu-central-1',
    sha256: Sha256 as never,
    uriEscapePath: false,
    credentials: keys,
  });
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: host,
    path,
    query,
    headers: { host, ...headers },
    body,
  });
  const search = new URLSearchParams(query).toString();
  const answer = await fetch(`${url}${path}${search === '' ? '' : `?${search}`}`, {
    method,
    headers: signed.headers,
    body,
  });
  return { status: answer.status, text: await answer.text() };
}

const object = (path: string, query?: Record<string, string>): Call => ({ service: 's3', path, query });
const form = (body: string): Call => ({ service: 'autoscaling', method: 'POST', body });
const parameters = (...names: string[]): Call => ({
  service: 'ssm',
  method: 'POST',
  headers: { 'x-amz-target': 'AmazonSSM.GetParameters', 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({ Names: names }),
});
const complete = (name: string) => form(`Action=CompleteLifecycleAction&AutoScalingGroupName=${name}`);

describe('what its role allows an instance reaches the service', () => {
  test.each([
    ['the release', object('/releases/releases/app.tar.gz')],
    ['a version of it', object('/releases/releases/app.tar.gz', { versionId: 'v1' })],
    ["its own group's hook", complete('web')],
    ['its secret', parameters('/web/secret')],
  ])('%s', async (_what, request) => {
    expect(await call(request)).toMatchObject({ status: 200 });
  });
});

describe('what its role does not allow is refused', () => {
  const user = `User: arn:aws:sts::${accountId}:assumed-role/web/i-1 is not authorized to perform: `;
  test.each<[string, Call, number, string]>([
    [
      'another object',
      object('/releases/secret'),
      403,
      `<Code>AccessDenied</Code><Message>${user}s3:GetObject on resource: arn:aws:s3:::releases/secret because no identity-based policy allows`,
    ],
    ["another bucket's object", object('/other/releases/app.tar.gz'), 403, '<Code>AccessDenied</Code>'],
    [
      'writing the release',
      { ...object('/releases/releases/a'), method: 'PUT', body: 'x' },
      403,
      's3:PutObject',
    ],
    [
      "another group's hook",
      complete('other'),
      403,
      `<Code>AccessDenied</Code><Message>${user}autoscaling:CompleteLifecycleAction on resource: ${group('other').replace('*', 'u-1')}`,
    ],
    ["a group that isn't there", complete('nowhere'), 403, '<Code>AccessDenied</Code>'],
    ['another parameter', parameters('/other/secret'), 400, '"__type":"AccessDeniedException"'],
    ['another parameter beside its own', parameters('/web/secret', '/other/secret'), 400, '/other/secret'],
    [
      'an action that nobody mapped',
      form('Action=DeleteAutoScalingGroup'),
      403,
      'does not know which permission',
    ],
  ])('%s', async (_what, request, status, text) => {
    const answer = await call(request);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
    expect(reached).toEqual([]);
  });

  test("what the bucket's policy denies, though the role allows it", async () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
    await bucketPolicies.answer('PUT', '/releases?policy', async () =>
      Buffer.from(JSON.stringify({ Statement: deny })),
    );
    const answer = await call(object('/releases/releases/app.tar.gz'));
    expect(answer).toMatchObject({
      status: 403,
      text: expect.stringContaining('explicit deny in a resource-based'),
    });
  });
});

describe('who is nobody is refused inside a VPC', () => {
  const release = object('/releases/releases/app.tar.gz');
  test.each<[string, Partial<Keys>, number, string]>([
    ["the user's own key", { accessKeyId: 'test', secretAccessKey: 'test' }, 403, 'InvalidAccessKeyId'],
    ['a key that nobody was given', { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA' }, 403, 'InvalidAccessKeyId'],
    ['a wrong secret', { secretAccessKey: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['a wrong token', { sessionToken: 'wrong' }, 400, 'InvalidToken'],
  ])('%s', async (_what, keys, status, code) => {
    const answer = await call(release, { keys: { ...held, ...keys } });
    expect(answer).toMatchObject({ status, text: expect.stringContaining(`<Code>${code}</Code>`) });
    expect(reached).toEqual([]);
  });

  test('a request without a signature', async () => {
    const answer = await fetch(`${vpcUrl}/releases/releases/app.tar.gz`);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
    expect(reached).toEqual([]);
  });
});

describe('on the host', () => {
  const own = { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: undefined } as unknown as Keys;

  test("the user's requests are asked nothing", async () => {
    expect(await call(object('/releases/secret'), { url: gateway.url, keys: own })).toMatchObject({
      status: 200,
    });
  });

  test("an instance's key may no more than on the instance", async () => {
    expect(await call(object('/releases/secret'), { url: gateway.url })).toMatchObject({ status: 403 });
    expect(await call(object('/releases/releases/a'), { url: gateway.url })).toMatchObject({ status: 200 });
  });
});

describe('what is broken on purpose', () => {
  test.each([
    [403, 'AccessDenied'],
    [503, 'SlowDown'],
  ] as const)('S3 answers %s until it is mended', async (status, code) => {
    const mend = faults.inject('s3', { status });
    const release = object('/releases/releases/app.tar.gz');
    expect(await call(release)).toMatchObject({ status, text: expect.stringContaining(code) });
    expect(await call(complete('web'))).toMatchObject({ status: 200 });
    mend();
    expect(await call(release)).toMatchObject({ status: 200 });
  });

  test('the lifecycle call fails', async () => {
    faults.inject('lifecycle', { status: 500 });
    expect(await call(complete('web'))).toMatchObject({
      status: 500,
      text: expect.stringContaining('<Code>InternalFailure</Code>'),
    });
  });
});
