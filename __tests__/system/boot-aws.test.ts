/** How `activate` asks AWS: what it signs, what it tries again, and what it takes as the last word. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BootFixture } from '../support/boot-fixture';
import { type Asked, fakeCredentials } from '../support/fake-aws';

// Each runs some dozens of programs.
jest.setTimeout(60_000);

let instance: BootFixture;
beforeEach(async () => {
  instance = await BootFixture.start({
    '/web/token': 'hunter2',
    '/web/database': 'postgres://user:pass@db/\n',
  });
});
afterEach(() => instance.stop());

/** 403 until `milliseconds` have passed, as for a role that AWS does not know everywhere yet. */
function refusedFor(milliseconds: number, service: string) {
  const end = Date.now() + milliseconds;
  return (asked: Asked) =>
    asked.service === service && Date.now() < end
      ? { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }
      : undefined;
}

describe('activate', () => {
  beforeEach(() => instance.installed());

  describe('AWS', () => {
    /** So that the release has to be fetched. */
    beforeEach(() => {
      rmSync(join(instance.root, 'opt/koa/releases', instance.releaseSha256), { recursive: true });
    });

    test("requests are signed for their service with the role's credentials", async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token' });
      await instance.run(['activate']);
      for (const service of ['s3', 'ssm', 'autoscaling']) {
        const [asked] = instance.askedOf(service);
        expect(asked?.headers.authorization).toMatch(
          new RegExp(
            `^AWS4-HMAC-SHA256 Credential=ASIAFAKEFAKEFAKEFAKE/\\d{8}/eu-central-1/${service}/aws4_request, `,
          ),
        );
        expect(asked?.headers['x-amz-security-token']).toBe(fakeCredentials.Token);
      }
      expect(instance.askedOf('s3')[0]?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
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
      instance.answer(refusedFor(1_000, 's3'));
      const ended = await instance.run(['activate']);
      expect(ended.exitCode).toBe(0);
      expect(ended.output).toContain(
        'releases/app.tar.gz: answered 403: <Error><Code>AccessDenied</Code></Error>; trying again\n',
      );
      expect(instance.aws.lifecycleResults).toEqual(['CONTINUE']);
    });

    test('credentials that are not there yet are waited for', async () => {
      const end = Date.now() + 1_000;
      instance.answer(({ url }) =>
        url.includes('security-credentials') && Date.now() < end ? { status: 404 } : undefined,
      );
      const ended = await instance.run(['activate']);
      expect(ended.exitCode).toBe(0);
      expect(ended.output).toContain('the metadata service has no credentials of a role; trying again\n');
    });

    test('a metadata service that takes its time is waited for', async () => {
      instance.answer(async ({ service }) => {
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
      instance.answer(({ service }) =>
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
      instance.answer(({ service }) =>
        service === 's3' ? { status: 400, body: '<Error><Code>InvalidArgument</Code></Error>' } : undefined,
      );
      const ended = await instance.run(['activate']);
      expect(ended.output).toContain('answered 400: <Error><Code>InvalidArgument</Code></Error>');
      expect(instance.askedOf('s3')).toHaveLength(1);
      expect(instance.aws.lifecycleResults).toEqual(['ABANDON']);
    });

    test('a release without a version id, of before its bucket had versions, is fetched by its key', async () => {
      instance.settings({ RELEASE_VERSION_ID: '' });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(instance.askedOf('s3').map(({ url }) => url)).toContain('/releases-bucket/releases/app.tar.gz');
    });

    test('a bucket whose versions are new: an object that is not found yet is waited for', async () => {
      const end = Date.now() + 1_500;
      instance.answer(({ service }) =>
        service === 's3' && Date.now() < end
          ? { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }
          : undefined,
      );
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(instance.aws.lifecycleResults).toEqual(['CONTINUE']);
    });

    test('a release whose SHA-256 is another one is refused, and never unpacked', async () => {
      instance.answer(({ service }) =>
        service === 's3' ? { status: 200, body: 'not the release' } : undefined,
      );
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
      instance.answer(({ service }) =>
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
      instance.answer(({ service }) => {
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
      expect(instance.askedOf('autoscaling')).toEqual([]);
    });
  });
});
