import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../lab/aws-error';
import type { Admission } from '../../lab/gateway/admission';
import { BucketPolicies } from '../../lab/gateway/bucket-policies';
import { type Gateway, startGateway } from '../../lab/gateway/gateway';

const signedFor = (service: string, region = 'eu-central-1') => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261124/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

let moto: Server;
let gateway: Gateway;
let seen: { request: IncomingMessage; body: string }[];
let written: string[];
let failures: unknown[];
let logged: string[];

beforeEach(async () => {
  seen = [];
  written = [];
  failures = [];
  logged = [];
  moto = createServer(async (request, response) => {
    seen.push({ request, body: await text(request) });
    response.writeHead(207, { 'x-from': 'moto' });
    response.end('moto says so');
  });
  await new Promise<void>((resolve) => moto.listen(0, '127.0.0.1', resolve));
  gateway = await startGateway({
    motoUrl: `http://127.0.0.1:${(moto.address() as AddressInfo).port}`,
    port: 0,
    services: {
      autoscaling: {
        namespace: 'urn:autoscaling',
        answer: async (action, input, region) => {
          if (action === 'Refuse') throw new AwsError('ValidationError', 'no', 400);
          if (action === 'Crash') throw new TypeError('a defect');
          return { Echo: { Action: action, Input: input.Name, Region: region } as Record<string, string> };
        },
      },
      elasticloadbalancing: {
        namespace: 'urn:elb',
        answer: (action) => (action === 'DescribeTargetHealth' ? Promise.resolve({}) : undefined),
      },
    },
    relays: {},
    // Who is let in is tested by itself; what is asked here comes from the user's own host.
    admission: { isNeeded: () => false } as unknown as Admission,
    bucketPolicies: new BucketPolicies(async (bucket) => bucket === 'mine'),
    publicParameters: new Map([['/aws/service/debian/release/12/latest/amd64', 'ami-12']]),
    onWrite: (service, action) => written.push(`${service} ${action}`),
    onFailure: (error) => failures.push(error),
    log: (line) => logged.push(line),
  });
});

afterEach(async () => {
  await gateway.stop();
  await new Promise((resolve) => moto.close(resolve));
});

const query = (service: string, body: string, region?: string) =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { ...signedFor(service, region), 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });

const ssm = (target: string, input: unknown) =>
  fetch(gateway.url, {
    method: 'POST',
    headers: { ...signedFor('ssm'), 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(input),
  });

test('Auto Scaling is answered here, with the region that the request was signed for', async () => {
  const answer = await query('autoscaling', 'Action=DescribeTags&Name=a', 'us-east-1');
  expect(await answer.text()).toContain(
    '<Echo><Action>DescribeTags</Action><Input>a</Input><Region>us-east-1</Region></Echo>',
  );
  expect(seen).toEqual([]);
});

test('an AWS error keeps its status and code', async () => {
  const answer = await query('autoscaling', 'Action=Refuse');
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('<Code>ValidationError</Code>');
  expect(failures).toEqual([]);
});

test('a defect of the lab is a 500 that names it, and is told', async () => {
  const answer = await query('autoscaling', 'Action=Crash');
  expect(answer.status).toBe(500);
  expect(await answer.text()).toContain('a defect');
  expect(failures).toHaveLength(1);
});

test('what is not ours goes to moto with method, path, headers and body as they were', async () => {
  const answer = await fetch(`${gateway.url}/bucket/key%20a?versions=`, {
    method: 'PUT',
    headers: { ...signedFor('s3'), 'x-amz-meta-a': 'b' },
    body: 'a body',
  });
  expect([answer.status, answer.headers.get('x-from'), await answer.text()]).toEqual([
    207,
    'moto',
    'moto says so',
  ]);
  expect(seen[0]?.request).toMatchObject({ method: 'PUT', url: '/bucket/key%20a?versions=' });
  expect(seen[0]?.request.headers['x-amz-meta-a']).toBe('b');
  expect(seen[0]?.body).toBe('a body');
});

test('of Elastic Load Balancing only target health is ours', async () => {
  expect((await query('elasticloadbalancing', 'Action=DescribeTargetHealth')).status).toBe(200);
  expect((await query('elasticloadbalancing', 'Action=DescribeListeners')).status).toBe(207);
  expect(seen[0]?.body).toBe('Action=DescribeListeners');
});

test('writes to EC2 and Elastic Load Balancing are told once moto has them, reads are not', async () => {
  await query('elasticloadbalancing', 'Action=CreateListener');
  await query('ec2', 'Action=TerminateInstances');
  await query('ec2', 'Action=DescribeInstances');
  await query('iam', 'Action=CreateRole');
  expect(written).toEqual(['elasticloadbalancing CreateListener', 'ec2 TerminateInstances']);
});

test('public image parameters are answered here, others are of the account and go to moto', async () => {
  const known = await ssm('AmazonSSM.GetParameter', { Name: '/aws/service/debian/release/12/latest/amd64' });
  expect(await known.json()).toMatchObject({ Parameter: { Value: 'ami-12', DataType: 'aws:ec2:image' } });
  const unknown = await ssm('AmazonSSM.GetParameter', { Name: '/aws/service/debian/release/7/latest/amd64' });
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { __type: 'ParameterNotFound' }]);
  expect((await ssm('AmazonSSM.GetParameter', { Name: '/mine' })).status).toBe(207);
  expect((await ssm('AmazonSSM.PutParameter', { Name: '/mine' })).status).toBe(207);
});

test('each answered request is a line of the log', async () => {
  await query('autoscaling', 'Action=Refuse');
  await query('ec2', 'Action=DescribeInstances');
  await fetch(`${gateway.url}/bucket/key`, { headers: signedFor('s3') });
  expect(logged.map((line) => line.replace(/^\S+ /, '').replace(/ \d+ ms/, ''))).toEqual([
    'autoscaling Refuse 400 ValidationError: no',
    'ec2 DescribeInstances 207',
    's3 GET /bucket/key 207',
  ]);
});

test('with moto gone the answer is an error, not a hanging connection', async () => {
  moto.closeAllConnections();
  await new Promise((resolve) => moto.close(resolve));
  expect((await query('iam', 'Action=ListRoles')).status).toBe(500);
  expect(failures).toHaveLength(1);
  moto.listen(0, '127.0.0.1');
});

test("a path that is none to a URL parser is moto's affair, and ends nothing", async () => {
  const { hostname, port } = new URL(gateway.url);
  for (const path of ['//', '//:']) {
    const status = await new Promise((resolve, reject) => {
      get({ hostname, port, path }, (answer) => resolve(answer.resume().statusCode)).once('error', reject);
    });
    expect(status).toBe(207);
  }
  expect(failures).toEqual([]);
});

test('what a client that hung up has written is told all the same, and its going is no failure', async () => {
  const leaving = new AbortController();
  moto.prependListener('request', () => leaving.abort());
  await expect(
    fetch(gateway.url, {
      method: 'POST',
      headers: signedFor('ec2'),
      body: 'Action=TerminateInstances',
      signal: leaving.signal,
    }),
  ).rejects.toThrow('aborted');
  for (let tries = 0; written.length === 0 && tries < 100; tries += 1) await sleep(10);
  expect(written).toEqual(['ec2 TerminateInstances']);
  expect(failures).toEqual([]);
});

test('it listens on the loopback address alone', () => {
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});
