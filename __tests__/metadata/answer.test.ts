import { answer } from '../../lab/metadata/answer';
import { CredentialStore } from '../../lab/metadata/credentials';
import type { InstanceView } from '../../lab/metadata/instance-view';
import { SessionTokens } from '../../lab/metadata/session-tokens';

const ttlHeader = 'x-aws-ec2-metadata-token-ttl-seconds';
let now = Date.parse('2026-11-25T10:00:00Z');
const clock = () => now;
let tokens: SessionTokens;
let token: string;

beforeEach(() => {
  now = Date.parse('2026-11-25T10:00:00Z');
  tokens = new SessionTokens(clock);
  token = tokens.issue('i-1', 21_600);
});

const instance: InstanceView = {
  instanceId: 'i-1',
  instanceType: 't3.micro',
  imageId: 'ami-1',
  accountId: '123456789012',
  region: 'eu-central-1',
  zone: 'eu-central-1b',
  privateIp: '10.0.1.4',
  userData: '#cloud-config\n{}\n',
  credentials: undefined,
  lifecycleState: undefined,
  spotNotice: undefined,
};

function ask(
  method: string,
  url: string,
  headers: Record<string, string> = { 'x-aws-ec2-metadata-token': token },
  view: Partial<InstanceView> = {},
) {
  return answer({ method, url, headers }, { ...instance, ...view }, tokens);
}

const get = (path: string, view?: Partial<InstanceView>) => ask('GET', `/latest/${path}`, undefined, view);

describe('E1: a session token', () => {
  test.each(['1', '300', '21600'])('is issued for %s s, and the answer says so', (ttl) => {
    const issued = ask('PUT', '/latest/api/token', { [ttlHeader]: ttl });
    expect(issued).toMatchObject({ status: 200, headers: { [ttlHeader]: ttl } });
    expect(tokens.holds(issued.body, 'i-1')).toBe(true);
    now += Number(ttl) * 1000;
    expect(tokens.holds(issued.body, 'i-1')).toBe(false);
  });

  test.each([
    ['a TTL of 0', '/latest/api/token', { [ttlHeader]: '0' }, 400],
    ['a TTL above six hours', '/latest/api/token', { [ttlHeader]: '21601' }, 400],
    ['a TTL that is no number', '/latest/api/token', { [ttlHeader]: '60s' }, 400],
    ['no TTL', '/latest/api/token', {}, 400],
    ['a versioned path', '/2021-07-15/api/token', { [ttlHeader]: '60' }, 403],
    ['X-Forwarded-For', '/latest/api/token', { [ttlHeader]: '60', 'x-forwarded-for': '192.0.2.1' }, 403],
    ['PUT of anything else', '/latest/user-data', { [ttlHeader]: '60' }, 405],
  ])('is refused: %s', (_what, path, headers, status) => {
    expect(ask('PUT', path, headers as Record<string, string>).status).toBe(status);
  });
});

describe('E2: metadata', () => {
  test('is read with a token, by GET and by HEAD', () => {
    expect(get('meta-data/instance-id')).toMatchObject({
      status: 200,
      body: 'i-1',
      headers: { 'content-type': 'text/plain' },
    });
    expect(ask('HEAD', '/latest/meta-data/instance-id').status).toBe(200);
  });

  test.each([
    ['without a token', () => ({})],
    ['with a token of nobody', () => ({ 'x-aws-ec2-metadata-token': 'made-up' })],
    ["with another instance's token", () => ({ 'x-aws-ec2-metadata-token': tokens.issue('i-2', 60) })],
    [
      'with an expired token',
      () => {
        now += 21_600_000;
        return { 'x-aws-ec2-metadata-token': token };
      },
    ],
  ])('is 401 %s', (_how, headers) => {
    const given = headers() as Record<string, string>;
    expect(ask('GET', '/latest/meta-data/instance-id', given).status).toBe(401);
  });

  test.each(['meta-data/nothing', 'meta-data/instance-id/more', 'meta-data/constructor', '../etc/passwd'])(
    '%s is 404',
    (path) => {
      expect(get(path).status).toBe(404);
    },
  );

  test('POST is 405', () => {
    expect(ask('POST', '/latest/meta-data/instance-id').status).toBe(405);
  });

  test('a dated version has the same in it', () => {
    expect(ask('GET', '/2021-07-15/meta-data/instance-id').body).toBe('i-1');
  });

  test.each(['meta-data/placement', 'meta-data/placement/'])(
    'the directory %s has one entry a line',
    (path) => {
      expect(get(path).body).toBe('availability-zone\nregion');
    },
  );

  test('directories end in a slash, and what is not there is not listed', () => {
    const lines = get('meta-data/').body.split('\n');
    expect(lines).toContain('placement/');
    expect(lines).not.toContain('spot/');
    expect(lines).not.toContain('iam/');
  });
});

describe('E3: what is in it', () => {
  test.each([
    ['meta-data/placement/region', 'eu-central-1'],
    ['meta-data/placement/availability-zone', 'eu-central-1b'],
    ['meta-data/local-ipv4', '10.0.1.4'],
    ['meta-data/ami-id', 'ami-1'],
    ['user-data', '#cloud-config\n{}\n'],
  ])('%s', (path, body) => {
    expect(get(path)).toMatchObject({ status: 200, body });
  });

  test('the credentials of its role, by the name of the role', () => {
    const credentials = new CredentialStore(clock).issue('i-1', 'web-instance');
    expect(get('meta-data/iam/security-credentials/', { credentials }).body).toBe('web-instance');
    const { body } = get('meta-data/iam/security-credentials/web-instance', { credentials });
    expect(JSON.parse(body)).toEqual({
      Code: 'Success',
      LastUpdated: '2026-11-25T10:00:00Z',
      Type: 'AWS-HMAC',
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
      Expiration: '2026-11-25T16:00:00Z',
    });
    // Shell scripts on instances take it apart line by line, as EC2 prints it.
    expect(body).toMatch(/^ {2}"AccessKeyId" : "ASIA[A-Z2-7]{16}",$/m);
    expect(get('meta-data/iam/security-credentials/other', { credentials }).status).toBe(404);
  });

  test.each(['iam/security-credentials/', 'autoscaling/target-lifecycle-state', 'spot/instance-action'])(
    '%s is 404 where there is none',
    (path) => {
      expect(get(`meta-data/${path}`).status).toBe(404);
    },
  );

  test.each([
    ['Pending:Wait', 'InService'],
    ['InService', 'InService'],
    ['Terminating:Wait', 'Terminated'],
    ['Terminated', 'Terminated'],
    ['Warmed:Stopped', 'Warmed:Stopped'],
    ['Warmed:Running', 'Warmed:Running'],
    ['Warmed:Terminating', 'Warmed:Terminated'],
  ] as const)('the target lifecycle state of %s is %s', (lifecycleState, target) => {
    expect(get('meta-data/autoscaling/target-lifecycle-state', { lifecycleState }).body).toBe(target);
  });

  test('a spot notice', () => {
    const spotNotice = { action: 'terminate', at: now + 120_000 } as const;
    expect(JSON.parse(get('meta-data/spot/instance-action', { spotNotice }).body)).toEqual({
      action: 'terminate',
      time: '2026-11-25T10:02:00Z',
    });
  });

  test('no user data is 404', () => {
    expect(get('user-data', { userData: '' }).status).toBe(404);
  });
});
