import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metadataHandler } from '../../lab/metadata/handler';
import type { InstanceView } from '../../lab/metadata/instance-view';
import { SessionTokens } from '../../lab/metadata/session-tokens';

const known = { instanceId: 'i-1', privateIp: '127.0.0.1', userData: '', region: 'r' } as InstanceView;
const instances = new Map<string, InstanceView>();
const failures: unknown[] = [];
let delay: () => Promise<void> = async () => undefined;
let server: Server;
let url: string;

beforeAll(async () => {
  const handler = metadataHandler({
    instanceAt: async (address) => instances.get(address),
    tokens: new SessionTokens(),
    delay: () => delay(),
    onFailure: (error) => failures.push(error),
  });
  server = createServer(handler);
  // Both families: then the address of an IPv4 client begins with ::ffff:.
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  instances.clear();
  instances.set('127.0.0.1', known);
  failures.length = 0;
  delay = async () => undefined;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const takeToken = () =>
  fetch(`${url}/latest/api/token`, {
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
  });

test('an instance is known by the address it asks from', async () => {
  const token = await (await takeToken()).text();
  const answer = await fetch(`${url}/latest/meta-data/instance-id`, {
    headers: { 'x-aws-ec2-metadata-token': token },
  });
  expect([answer.status, await answer.text()]).toEqual([200, 'i-1']);
});

test('an address that no instance has is told nothing', async () => {
  instances.clear();
  expect((await takeToken()).status).toBe(404);
});

test('a slow metadata service answers when its delay is over', async () => {
  let release: () => void = () => undefined;
  delay = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  const slow = new Promise<string>((resolve) => {
    const begun = delay;
    delay = () => {
      resolve('asked');
      return begun();
    };
  });
  const answer = takeToken();
  await slow;
  expect(await Promise.race([answer, 'still waiting'])).toBe('still waiting');
  release();
  expect((await answer).status).toBe(200);
});

test('a defect is 503 and told', async () => {
  delay = async () => {
    throw new Error('a defect');
  };
  expect((await takeToken()).status).toBe(503);
  expect(failures).toHaveLength(1);
});
