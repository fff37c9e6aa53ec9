/** The way the boot scripts sign: with curl, whose `--aws-sigv4` has had peculiarities of its own. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { verifySignature } from '../../lab/gateway/signature/verify';

const key = {
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'IQoJb3JpZ2luX2VjEXAMPLE/+==',
  expiresAt: Number.POSITIVE_INFINITY,
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const { method = '', headers } = incoming;
    const request = { method, headers, url: incoming.url ?? '', body: await buffer(incoming) };
    try {
      verifySignature(request, (id) => (id === 'ASIAEXAMPLE' ? key : undefined), Date.now());
      outgoing.end('accepted');
    } catch (error) {
      outgoing.end((error as Error).message);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function curl(service: string, path: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('curl', [
    '--silent',
    '--aws-sigv4',
    `aws:amz:eu-central-1:${service}`,
    '--user',
    `ASIAEXAMPLE:${key.secretAccessKey}`,
    '--header',
    `x-amz-security-token: ${key.sessionToken}`,
    ...args,
    `${url}${path}`,
  ]);
  return stdout;
}

const unsigned = ['--header', 'x-amz-content-sha256: UNSIGNED-PAYLOAD'];

test.each<[string, string, string, string[]]>([
  ['an object', 's3', '/bucket/releases/app.tar.gz', unsigned],
  [
    'a version of it',
    's3',
    '/bucket/releases/app.tar.gz?versionId=3sL4kqtJlcpXroDTDmJ_rmSpXd3dIbrHY',
    unsigned,
  ],
  ['a form', 'autoscaling', '/', ['--data', 'Action=CompleteLifecycleAction&LifecycleActionResult=CONTINUE']],
  [
    'JSON',
    'ssm',
    '/',
    [
      '--header',
      'content-type: application/x-amz-json-1.1',
      '--header',
      'x-amz-target: AmazonSSM.GetParameters',
      '--data',
      '{"Names":["/web/secret"],"WithDecryption":true}',
    ],
  ],
])('%s that curl signs is accepted', async (_what, service, path, args) => {
  expect(await curl(service, path, ...args)).toBe('accepted');
});

test('a token that curl is not given makes the request one of nobody', async () => {
  expect(await curl('s3', '/bucket/key', ...unsigned, '--header', 'x-amz-security-token: other')).toMatch(
    /^(unknown-token|wrong-signature)/,
  );
});
