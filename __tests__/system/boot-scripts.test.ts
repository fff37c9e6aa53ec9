/** The boot programs against a fake AWS: what they do, what they try again, and how they give up. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BootFixture } from '../support/boot-fixture';
import { type Asked, fakeCredentials } from '../support/fake-aws';
import { eventually } from '../support/lab-fixture';

const parameters = { '/web/token': 'hunter2', '/web/database': 'postgres://user:pass@db/\n' };

// Each runs some dozens of programs.
jest.setTimeout(60_000);

let instance: BootFixture;
beforeEach(async () => {
  instance = await BootFixture.start(parameters);
  answer(() => undefined);
});
afterEach(() => instance.stop());

/** Answers in place of the fake AWS; /readyz is nginx's. */
function answer(instead: (asked: Asked) => ReturnType<BootFixture['aws']['instead']>): void {
  instance.aws.instead = (asked) => (asked.url === '/readyz' ? { status: 200 } : instead(asked));
}

/** 403 until `milliseconds` have passed, as for a role that AWS does not know everywhere yet. */
function refusedFor(milliseconds: number, service: string) {
  const end = Date.now() + milliseconds;
  return (asked: Asked) =>
    asked.service === service && Date.now() < end
      ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
      : undefined;
}

const askedOf = (service: string) => instance.aws.asked.filter((asked) => asked.service === service);

describe('install', () => {
  test('makes what an image can hold, and run again it asks nobody', async () => {
    const first = await instance.run(['install']);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(instance.list('opt/koa/releases')).toEqual([instance.releaseSha256]);
    expect(instance.list(`opt/koa/node/${instance.nodeSha256}`)).toEqual(['bin']);
    expect(instance.has('etc/systemd/system/koa@.service')).toBe(true);
    expect(instance.calls()).toContain('systemctl enable --quiet --no-reload koa-activate.service');
    expect(instance.calls()).toContain('systemctl disable --quiet --no-reload nginx.service');
    expect(first.output).toContain('koa-boot: installed\n');
    instance.forget();
    expect(await instance.run(['install'])).toEqual({ exitCode: 0, output: '' });
    expect(instance.calls()).toEqual([]);
    expect(instance.aws.asked).toEqual([]);
  });

  test('package scripts may not start a service meanwhile, and may again afterwards', async () => {
    await instance.run(['install']);
    expect(instance.read('state/policy')).toContain('exit 101');
    expect(instance.has('usr/sbin/policy-rc.d')).toBe(false);
  });

  test("packages come from the image's own archives, from the part that has them", async () => {
    instance.write(
      'etc/apt/sources.list.d/ubuntu.sources',
      'Types: deb\nURIs: http://a.example/universe/\nSuites: noble noble-updates noble-backports\nComponents: main universe restricted multiverse\n',
    );
    instance.write(
      'etc/apt/sources.list',
      'deb http://b.example/debian bookworm main universe\ndeb http://b.example/debian bookworm universe\ndeb http://b.example/debian bookworm-backports main\n',
    );
    await instance.run(['install']);
    expect(instance.read('state/sources/ubuntu.sources')).toBe(
      'Types: deb\nURIs: http://a.example/universe/\nSuites: noble noble-updates\nComponents: main\n',
    );
    expect(instance.read('state/sources/main.list')).toBe('deb http://b.example/debian bookworm main\n');
  });

  test('cut off half way it goes on, and leaves nothing half made', async () => {
    instance.write('state/apt-hangs', '');
    const cut = instance.run(['install']);
    await eventually('apt runs', () => instance.has('state/apt-is-there'));
    await eventually('Node is there', () => instance.has(`opt/koa/node/${instance.nodeSha256}`));
    process.kill(-(instance.lastPid ?? 0), 'SIGKILL');
    await cut;
    expect(instance.has('var/lib/koa/installed')).toBe(false);
    // What a kill in the middle of an unpacking would leave.
    instance.write('opt/koa/releases/.half/app.cjs', '');
    instance.program('apt-get', 'touch "$STATE/installed"');
    expect(await instance.run(['install'])).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(instance.root, 'opt/koa/releases'))).toEqual([instance.releaseSha256]);
    expect(instance.list('run/koa')).toEqual(['lock']);
    expect(instance.has('usr/sbin/policy-rc.d')).toBe(false);
  });

  test('an archive out of reach is tried again, then the launch is given up with the reason', async () => {
    instance.write(
      'state/apt-fails',
      'Hit:1 x\nE: Failed to fetch http://archive.example/x  Connection failed\n',
    );
    const ended = await instance.run(['install'], { RETRY_SECONDS: '1' });
    expect(ended.exitCode).toBe(1);
    expect(ended.output).toContain(
      'koa-boot: failed: the packages: E: Failed to fetch http://archive.example/x  Connection failed; gave up after 1 s\n',
    );
    expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    expect(instance.has('var/lib/koa/installed')).toBe(false);
  });

  test('an agent that can not be had is a warning', async () => {
    instance.program('systemctl', '');
    instance.program('dpkg', 'echo amd64');
    instance.program(
      'curl',
      `[[ $* != *amazon-ssm* ]] || { echo 'curl: no way' >&2; exit 6; }; exec /usr/bin/curl "$@"`,
    );
    const ended = await instance.run(['install']);
    expect(ended.exitCode).toBe(0);
    expect(ended.output).toMatch(
      /koa-boot: https:\/\/s3\.eu-central-1\.amazonaws\.com\/amazon-ssm-eu-central-1\/latest\/debian_amd64\/amazon-ssm-agent\.deb could not be fetched: curl: no way\n/,
    );
    expect(ended.output).toContain('koa-boot: warning: the service goes without the agent named above\n');
  });
});

describe('activate', () => {
  beforeEach(() => instance.installed());

  test('starts the release and tells the launch hook, in that order', async () => {
    const ended = await instance.run(['activate']);
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(instance.current()).toBe(instance.releaseSha256);
    expect(instance.calls()).toContain(
      'systemctl start koa.socket koa@1.service koa@2.service nginx.service koa-spot-notice.service',
    );
    const completed = new URLSearchParams(askedOf('autoscaling')[0]?.body);
    expect(Object.fromEntries(completed)).toEqual({
      Action: 'CompleteLifecycleAction',
      Version: '2011-01-01',
      LifecycleActionResult: 'CONTINUE',
      AutoScalingGroupName: 'web',
      LifecycleHookName: 'launch',
      InstanceId: 'i-0123456789abcdef0',
    });
    const urls = instance.aws.asked.map(({ url }) => url);
    expect(urls.lastIndexOf('/readyz')).toBeLessThan(
      instance.aws.asked.indexOf(askedOf('autoscaling')[0] as Asked),
    );
    expect(instance.read('run/koa/environment')).toMatch(
      /^AWS_REGION=eu-central-1\nINSTANCE_ID=i-0123456789abcdef0\nAVAILABILITY_ZONE=eu-central-1b\nNODE_OPTIONS=--max-old-space-size=\d+\n$/,
    );
  });

  test('says its phases with their seconds', async () => {
    const { output } = await instance.run(['activate']);
    const phases = [...output.matchAll(/^koa-boot: phase=(\w+) seconds=(\d+\.\d{3}) at=\d{10}\.\d{3}$/gm)];
    expect(phases.map(([, name]) => name)).toEqual([
      'identity',
      'fetch',
      'units',
      'run',
      'start',
      'complete',
      'tidy',
    ]);
  });

  test('again with nothing new it fetches nothing, and restarts no systemd', async () => {
    await instance.run(['activate']);
    instance.forget();
    expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
    expect(askedOf('s3')).toEqual([]);
    expect(instance.calls().filter((call) => call.includes('daemon-reload'))).toEqual([]);
  });

  test('a changed unit is put in place, and systemd told', async () => {
    await instance.run(['activate']);
    instance.write('etc/systemd/system/koa.socket', 'of an older release\n');
    instance.forget();
    await instance.run(['activate']);
    expect(instance.read('etc/systemd/system/koa.socket')).toContain('ListenStream=/run/koa/koa.sock');
    expect(instance.calls()).toContain('systemctl daemon-reload');
  });

  test('OUTBOUND decides on the sandbox, both ways', async () => {
    const dropIn = 'etc/systemd/system/koa@.service.d/outbound-denied.conf';
    instance.settings({ OUTBOUND: 'denied' });
    await instance.run(['activate']);
    expect(instance.read(dropIn)).toContain('PrivateNetwork=yes');
    instance.settings({ OUTBOUND: 'allowed' });
    instance.forget();
    await instance.run(['activate']);
    expect(instance.has(dropIn)).toBe(false);
    expect(instance.calls()).toContain('systemctl daemon-reload');
  });

  test('without an install it says so and gives the launch up', async () => {
    const other = await BootFixture.start();
    const ended = await other.run(['activate']);
    expect(ended).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('failed: install has not finished; its own output tells why'),
    });
    await other.stop();
  });

  describe('AWS', () => {
    /** So that the release has to be fetched. */
    beforeEach(() => {
      rmSync(join(instance.root, 'opt/koa/releases', instance.releaseSha256), { recursive: true });
    });

    test("requests are signed for their service with the role's credentials", async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token' });
      await instance.run(['activate']);
      for (const service of ['s3', 'ssm', 'autoscaling']) {
        const [asked] = askedOf(service);
        expect(asked?.headers.authorization).toMatch(
          new RegExp(
            `^AWS4-HMAC-SHA256 Credential=ASIAFAKEFAKEFAKEFAKE/\\d{8}/eu-central-1/${service}/aws4_request, `,
          ),
        );
        expect(asked?.headers['x-amz-security-token']).toBe(fakeCredentials.Token);
      }
      expect(askedOf('s3')[0]?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
    });

    test('no credential, token or secret is ever an argument', async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token' });
      const { output } = await instance.run(['activate']);
      expect(instance.read('run/koa/secrets/TOKEN')).toBe('hunter2');
      const said = `${instance.calls().join('\n')}\n${output}`;
      expect(said).toContain('--aws-sigv4 aws:amz:eu-central-1:s3');
      for (const secret of [
        ...Object.values(fakeCredentials),
        'a-token-of-the-metadata-service',
        'hunter2',
      ]) {
        expect(said).not.toContain(secret);
      }
    });

    test('without AWS_ENDPOINT_URL the bucket is in the name of the host', async () => {
      instance.program(
        'curl',
        `case $* in *https:*) echo '503 nobody there'; exit 7 ;; esac; exec /usr/bin/curl "$@"`,
      );
      await instance.run(['activate'], { AWS_ENDPOINT_URL: '', RETRY_SECONDS: '0' });
      const calls = instance.calls().join('\n');
      expect(calls).toContain(
        ' https://releases-bucket.s3.eu-central-1.amazonaws.com/releases/app.tar.gz?versionId=v1\n',
      );
      expect(calls).toContain(' https://autoscaling.eu-central-1.amazonaws.com/');
    });

    test('a role that is new is refused for a while; that is waited for', async () => {
      answer(refusedFor(1_000, 's3'));
      const ended = await instance.run(['activate']);
      expect(ended.exitCode).toBe(0);
      expect(ended.output).toContain(
        'releases/app.tar.gz: answered 403: <Error><Code>AccessDenied</Code></Error>; trying again\n',
      );
      expect(instance.aws.lifecycleResults).toEqual(['CONTINUE']);
    });

    test('credentials that are not there yet are waited for', async () => {
      const end = Date.now() + 1_000;
      answer(({ url }) =>
        url.includes('security-credentials') && Date.now() < end ? { status: 404 } : undefined,
      );
      const ended = await instance.run(['activate']);
      expect(ended.exitCode).toBe(0);
      expect(ended.output).toContain('the metadata service has no credentials of a role; trying again\n');
    });

    test('a metadata service that takes its time is waited for', async () => {
      answer(async ({ service }) => {
        if (service === 'imds') await new Promise((resolve) => setTimeout(resolve, 500));
        return undefined;
      });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
    });

    test.each([
      ['403 for ever', 403, 'AccessDenied'],
      ['404 for ever', 404, 'NoSuchKey'],
      ['503', 503, 'SlowDown'],
    ])('%s ends with the reason and ABANDON, and nothing is kept of it', async (_title, status, code) => {
      answer(({ service }) =>
        service === 's3' ? { status, body: `<Error><Code>${code}</Code></Error>` } : undefined,
      );
      const ended = await instance.run(['activate'], { RETRY_SECONDS: '1' });
      expect(ended.exitCode).toBe(1);
      expect(ended.output).toContain(
        `koa-boot: failed: s3://releases-bucket/releases/app.tar.gz: answered ${status}: <Error><Code>${code}</Code></Error>; gave up after 1 s\n`,
      );
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
      expect(instance.list('opt/koa/releases')).toEqual([]);
      expect(instance.list('run/koa')).toEqual(['lock']);
    });

    test('what no time can mend is not tried again', async () => {
      answer(({ service }) =>
        service === 's3' ? { status: 400, body: '<Error><Code>InvalidArgument</Code></Error>' } : undefined,
      );
      const ended = await instance.run(['activate']);
      expect(ended.output).toContain('answered 400: <Error><Code>InvalidArgument</Code></Error>');
      expect(askedOf('s3')).toHaveLength(1);
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('a release without a version id, of before its bucket had versions, is fetched by its key', async () => {
      instance.settings({ RELEASE_VERSION_ID: '' });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(askedOf('s3').map(({ url }) => url)).toContain('/releases-bucket/releases/app.tar.gz');
    });

    test('a bucket whose versions are new: an object that is not found yet is waited for', async () => {
      const end = Date.now() + 1_500;
      answer(({ service }) =>
        service === 's3' && Date.now() < end
          ? { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }
          : undefined,
      );
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(instance.aws.lifecycleResults).toEqual(['CONTINUE']);
    });

    test('a release whose SHA-256 is another one is refused, and never unpacked', async () => {
      answer(({ service }) => (service === 's3' ? { status: 200, body: 'not the release' } : undefined));
      const ended = await instance.run(['activate']);
      expect(ended.output).toMatch(
        new RegExp(
          `failed: s3://releases-bucket/releases/app\\.tar\\.gz has SHA-256 [0-9a-f]{64} and ${instance.releaseSha256} was expected`,
        ),
      );
      expect(instance.list('opt/koa/releases')).toEqual([]);
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('no open lifecycle action, as after a reboot, is as good as told', async () => {
      answer(({ service }) =>
        service === 'autoscaling'
          ? {
              status: 400,
              body: '<ErrorResponse><Error><Code>ValidationError</Code><Message>No active Lifecycle Action found with instance ID i-0123456789abcdef0</Message></Error></ErrorResponse>',
            }
          : undefined,
      );
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
    });

    test('a lifecycle call that fails is tried again', async () => {
      let failures = 2;
      answer(({ service }) => {
        if (service !== 'autoscaling' || failures === 0) return undefined;
        failures -= 1;
        return { status: 500, body: '<Error><Code>InternalFailure</Code></Error>' };
      });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(instance.aws.lifecycleResults).toEqual(['CONTINUE', 'CONTINUE', 'CONTINUE']);
    });

    test('a group without a hook is told nothing', async () => {
      instance.settings({ LIFECYCLE_HOOK: '' });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(askedOf('autoscaling')).toEqual([]);
    });
  });

  describe('secrets', () => {
    test('are files that only root reads, byte for byte', async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token DATABASE_URL=/web/database' });
      await instance.run(['activate']);
      expect(instance.list('run/koa/secrets')).toEqual(['DATABASE_URL', 'TOKEN']);
      expect(instance.read('run/koa/secrets/DATABASE_URL')).toBe('postgres://user:pass@db/\n');
      const mode = (path: string) => (statSync(join(instance.root, path)).mode & 0o777).toString(8);
      expect([mode('run/koa/secrets'), mode('run/koa/secrets/TOKEN')]).toEqual(['700', '600']);
      expect(JSON.parse(askedOf('ssm')[0]?.body ?? '')).toEqual({
        Names: ['/web/token', '/web/database'],
        WithDecryption: true,
      });
    });

    test('more than ten are asked for in as many calls as that takes', async () => {
      const names = Array.from({ length: 12 }, (_, index) => `S${index}=/web/token`);
      instance.settings({ SECRETS: names.join(' ') });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(askedOf('ssm').map(({ body }) => JSON.parse(body).Names.length)).toEqual([10, 2]);
      expect(instance.list('run/koa/secrets')).toHaveLength(12);
    });

    test('one that there is not is named, and the launch given up', async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token KEY=/web/missing' });
      const ended = await instance.run(['activate']);
      expect(ended.output).toContain(
        'failed: there is no parameter /web/missing (secrets: KEY=/web/missing)\n',
      );
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('that the role may not read are tried again, then named', async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token' });
      answer(({ service }) =>
        service === 'ssm'
          ? { status: 400, body: '{"__type":"AccessDeniedException","Message":"no"}' }
          : undefined,
      );
      const ended = await instance.run(['activate'], { RETRY_SECONDS: '1' });
      expect(ended.output).toContain(
        'failed: the secrets: answered 400: {"__type":"AccessDeniedException","Message":"no"}; gave up after 1 s\n',
      );
    });
  });

  describe('an app that does not get ready', () => {
    test('is given up before it enters service, with its last words on the console', async () => {
      instance.write(`opt/koa/releases/${instance.releaseSha256}/app.cjs`, '// broken\n');
      const ended = await instance.run(['activate']);
      expect(ended.exitCode).toBe(1);
      expect(ended.output).toContain(
        'koa-boot: koa@1.service: the last words of -q -n 16 -o cat _SYSTEMD_UNIT=koa@1.service\n',
      );
      expect(ended.output).toContain(
        'koa-boot: failed: the app ended three times before it was ready, the last time with exit status 1: ' +
          'the last words of -q -n 32 -o cat _SYSTEMD_UNIT=koa@1.service\n',
      );
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('and ends is not waited for until its time is over', async () => {
      instance.write(`opt/koa/releases/${instance.releaseSha256}/app.cjs`, '// broken\n');
      const start = Date.now();
      await instance.run(['activate'], { READY_SECONDS: '60' });
      expect(Date.now() - start).toBeLessThan(30_000);
    });

    test('and was killed is told with the signal', async () => {
      instance.write(`opt/koa/releases/${instance.releaseSha256}/app.cjs`, '// broken\n');
      instance.ended({ code: 2, status: 9 });
      expect((await instance.run(['activate'])).output).toContain('the last time with signal 9: ');
    });

    test('is told with the error on top of its stack', async () => {
      instance.write(`opt/koa/releases/${instance.releaseSha256}/app.cjs`, '// broken\n');
      const stack = [
        '/opt/koa/current/app.cjs:1',
        'throw new Error("no database to be found");',
        '^',
        '',
        'Error: no database to be found',
        '    at Object.<anonymous> (/opt/koa/current/app.cjs:1:7) {',
        "  code: 'ENOENT'",
        '}',
        '',
        'Node.js v24.11.1',
      ];
      instance.program('journalctl', `printf '%s\\n' ${stack.map((line) => JSON.stringify(line)).join(' ')}`);
      expect((await instance.run(['activate'])).output).toContain(
        'with exit status 1: Error: no database to be found\n',
      );
    });

    test('and runs is given up when its time is over', async () => {
      instance.write(`opt/koa/releases/${instance.releaseSha256}/app.cjs`, '// slow\n');
      const ended = await instance.run(['activate']);
      expect(ended.output).toContain('koa-boot: failed: the app was not ready within 3 s\n');
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('so is one that nginx does not reach', async () => {
      instance.aws.instead = ({ url }) => (url === '/readyz' ? { status: 502 } : undefined);
      const ended = await instance.run(['activate'], { READY_SECONDS: '1' });
      expect(ended.output).toMatch(
        /failed: http:\/\/127\.0\.0\.1:\d+\/readyz did not answer 200 within 1 s\n/,
      );
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });
  });

  describe('on an instance in service', () => {
    beforeEach(async () => {
      await instance.run(['activate']);
      instance.forget();
    });

    test('an older release is one command, worker by worker, and asks nothing of AWS', async () => {
      instance.keepRelease('older', '// older\n');
      expect(await instance.run(['activate', 'older'])).toMatchObject({ exitCode: 0 });
      expect(instance.current()).toBe('older');
      expect(instance.calls().filter((call) => call.startsWith('systemctl restart'))).toEqual([
        'systemctl restart koa@1.service',
        'systemctl restart koa@2.service',
      ]);
      expect(instance.aws.asked.map(({ url }) => url)).toEqual(['/readyz']);
    });

    test('nginx is reloaded only when its configuration is another one', async () => {
      instance.keepRelease('older', '// older\n');
      await instance.run(['activate', 'older']);
      expect(instance.calls()).not.toContain('systemctl reload nginx.service');
      instance.write('opt/koa/releases/older/nginx/nginx.conf', '# another one\n');
      await instance.run(['activate', instance.releaseSha256]);
      expect(instance.calls()).toContain('systemctl reload nginx.service');
    });

    test('a release that does not get ready is taken back after its first worker', async () => {
      instance.keepRelease('newer', '// broken\n');
      const ended = await instance.run(['activate', 'newer']);
      expect(ended.exitCode).toBe(1);
      expect(ended.output).toContain(
        `failed: release newer did not get ready; ${instance.releaseSha256} serves again: the app ended three times`,
      );
      expect(instance.current()).toBe(instance.releaseSha256);
      expect(instance.calls().filter((call) => call.startsWith('systemctl restart'))).toEqual([
        'systemctl restart koa@1.service',
        'systemctl restart koa@1.service koa@2.service',
      ]);
      expect(instance.aws.lifecycleResults).toEqual([]);
    });

    test('a release that is not kept is refused with those that are', async () => {
      const ended = await instance.run(['activate', 'nowhere']);
      expect(ended).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining(`release nowhere is not kept; these are: ${instance.releaseSha256}`),
      });
    });

    test('the five latest are kept, and the Node that they run on', async () => {
      instance.write('opt/koa/node/unused/bin/node', '');
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
        instance.keepRelease(name, '// x\n');
        await instance.run(['activate', name]);
      }
      expect(instance.list('opt/koa/releases')).toEqual(['five', 'four', 'six', 'three', 'two']);
      expect(instance.list('opt/koa/node')).toEqual([instance.nodeSha256]);
    });
  });
});
