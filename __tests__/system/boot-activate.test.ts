/** What `activate` does with a release, at a boot and in service; what becomes of one that does not get ready. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BootFixture } from '../support/boot-fixture';
import type { Asked } from '../support/fake-aws';

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

describe('activate', () => {
  beforeEach(() => instance.installed());

  test('starts the release and tells the launch hook, in that order', async () => {
    const ended = await instance.run(['activate']);
    expect(ended).toMatchObject({ exitCode: 0 });
    expect(instance.current()).toBe(instance.releaseSha256);
    expect(instance.calls()).toContain(
      'systemctl start koa.socket koa@1.service koa@2.service nginx.service koa-spot-notice.service',
    );
    const completed = new URLSearchParams(instance.askedOf('autoscaling')[0]?.body);
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
      instance.aws.asked.indexOf(instance.askedOf('autoscaling')[0] as Asked),
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
    expect(instance.askedOf('s3')).toEqual([]);
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

  describe('secrets', () => {
    test('are files that only root reads, byte for byte', async () => {
      instance.settings({ SECRETS: 'TOKEN=/web/token DATABASE_URL=/web/database' });
      await instance.run(['activate']);
      expect(instance.list('run/koa/secrets')).toEqual(['DATABASE_URL', 'TOKEN']);
      expect(instance.read('run/koa/secrets/DATABASE_URL')).toBe('postgres://user:pass@db/\n');
      const mode = (path: string) => (statSync(join(instance.root, path)).mode & 0o777).toString(8);
      expect([mode('run/koa/secrets'), mode('run/koa/secrets/TOKEN')]).toEqual(['700', '600']);
      expect(JSON.parse(instance.askedOf('ssm')[0]?.body ?? '')).toEqual({
        Names: ['/web/token', '/web/database'],
        WithDecryption: true,
      });
    });

    test('more than ten are asked for in as many calls as that takes', async () => {
      const names = Array.from({ length: 12 }, (_, index) => `S${index}=/web/token`);
      instance.settings({ SECRETS: names.join(' ') });
      expect(await instance.run(['activate'])).toMatchObject({ exitCode: 0 });
      expect(instance.askedOf('ssm').map(({ body }) => JSON.parse(body).Names.length)).toEqual([10, 2]);
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
      instance.answer(({ service }) =>
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
