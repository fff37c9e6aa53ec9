import { BucketPolicies } from '../../lab/gateway/bucket-policies';

const tlsOnly = JSON.stringify({
  Statement: {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  },
});
const everybody = JSON.stringify({
  Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
});

let policies: BucketPolicies;

beforeEach(() => {
  policies = new BucketPolicies(async (bucket) => bucket === 'mine');
});

const ask = (method: string, url: string, body = '') =>
  policies.answer(method, url, async () => Buffer.from(body));

test('a policy is answered as it was put, until it is deleted', async () => {
  expect(await ask('PUT', '/mine?policy', tlsOnly)).toMatchObject({ status: 204 });
  expect(await ask('GET', '/mine?policy=')).toMatchObject({ status: 200, body: tlsOnly });
  expect(policies.of('mine')?.statements).toHaveLength(1);
  expect(await ask('DELETE', '/mine/?policy')).toMatchObject({ status: 204 });
  await expect(ask('GET', '/mine?policy')).rejects.toMatchObject({ code: 'NoSuchBucketPolicy', status: 404 });
});

test('a bucket that is deleted takes its policy along', async () => {
  await ask('PUT', '/mine?policy', tlsOnly);
  policies.forget('mine');
  expect(policies.of('mine')).toBeUndefined();
});

test.each([
  [tlsOnly, 'false'],
  [everybody, 'true'],
])('whether it is public', async (document, answer) => {
  await ask('PUT', '/mine?policy', document);
  expect((await ask('GET', '/mine?policyStatus'))?.body).toContain(`<IsPublic>${answer}</IsPublic>`);
});

test('a document that is none is refused, and the policy stays what it was', async () => {
  await ask('PUT', '/mine?policy', tlsOnly);
  await expect(ask('PUT', '/mine?policy', '{')).rejects.toMatchObject({
    code: 'MalformedPolicy',
    status: 400,
  });
  expect(await ask('GET', '/mine?policy')).toMatchObject({ body: tlsOnly });
});

test.each(['GET', 'PUT', 'DELETE'])('%s for a bucket that is not there is 404', async (method) => {
  await expect(ask(method, '/other?policy', tlsOnly)).rejects.toMatchObject({ code: 'NoSuchBucket' });
});

test.each([
  ['GET', '/mine'],
  ['GET', '/mine?versioning'],
  ['GET', '/mine/key?policy'],
  ['POST', '/mine?policy'],
])('%s %s is none of it', (method, url) => {
  expect(ask(method, url)).toBeUndefined();
});
