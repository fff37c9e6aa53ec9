import { type BakeOptions, bake } from '../../bake/bake';
import { FakeCloud } from './fake-cloud';

let cloud: FakeCloud;
let told: string[];
let now: number;
let interruption: AbortController;
/** Looks before the interruption comes. */
let looks: number;

beforeEach(() => {
  cloud = new FakeCloud();
  told = [];
  now = Date.parse('2026-11-25T10:00:00Z');
  interruption = new AbortController();
  looks = Number.POSITIVE_INFINITY;
});

function baked(options: Partial<BakeOptions> = {}) {
  return bake(
    { launchTemplateId: 'lt-1', parameter: '/web/image', installSeconds: 900, ...options },
    {
      cloud,
      tell: (progress) => told.push(progress),
      now: () => now,
      wait: async (milliseconds) => {
        now += milliseconds;
        looks -= 1;
        if (looks <= 0) interruption.abort();
        interruption.signal.throwIfAborted();
      },
      signal: interruption.signal,
    },
  );
}

test('the image is made of the sealed instance, its id is written, and the instance goes', async () => {
  expect(await baked()).toEqual({
    imageId: 'ami-baked',
    bakedFrom: 'ami-template',
    parameter: '/web/image',
    seconds: 12,
  });
  expect(cloud.done).toEqual([
    'run on ami-template',
    'image of i-1',
    '/web/image = ami-baked',
    'terminated i-1',
  ]);
});

test('account, region and endpoint are told before anything is made', async () => {
  cloud.failing.run = new Error('refused');
  await expect(baked()).rejects.toThrow('refused');
  expect(told).toEqual([
    "account 123456789012, region eu-central-1, endpoint AWS's own: launch template web (lt-1, version 7), subnet-1",
  ]);
  expect(cloud.done).toEqual([]);
});

test('the instance is of the version that was told, in a subnet with a way out, with user data that installs', async () => {
  await baked();
  expect(cloud.ran).toMatchObject({
    template: { id: 'lt-1', version: '7' },
    subnetId: 'subnet-1',
    publicAddress: true,
    securityGroupIds: ['sg-1'],
    name: 'web-bake',
    userData: expect.stringContaining('seal-image'),
  });
});

test('the name of the image is one that no other has', async () => {
  await baked();
  expect(cloud.made).toEqual({
    instanceId: 'i-1',
    name: 'web-2026-11-25T100009Z',
    bakedFrom: 'ami-template',
  });
});

describe('what it is installed on', () => {
  test('is what a baked image was baked from, or it would stay as old as it is', async () => {
    cloud.bakedFrom = 'ami-stock';
    expect(await baked()).toMatchObject({ bakedFrom: 'ami-stock' });
    expect(cloud.ran?.imageId).toBe('ami-stock');
  });

  test('is the image that was asked for', async () => {
    cloud.bakedFrom = 'ami-stock';
    expect(await baked({ imageId: 'ami-other' })).toMatchObject({ bakedFrom: 'ami-other' });
  });
});

describe('what goes wrong is said, and the instance is terminated', () => {
  test.each<[string, (cloud: FakeCloud) => void, string, RegExp]>([
    [
      'the install failed',
      (broken) => {
        broken.consoles = [
          'koa-boot: failed: the packages: E: Unable to locate package nginx\r\n[ OK ] Reached target',
        ];
      },
      'InstallFailed',
      /i-1 failed: the packages: E: Unable to locate package nginx$/,
    ],
    [
      'the instance never powers off',
      (broken) => {
        broken.states = ['running'];
        broken.consoles = ['first\nkoa-boot: the packages: trying again\n\n'];
      },
      'BakeTimedOut',
      /within 900 s.*last line on its console is: koa-boot: the packages: trying again$/,
    ],
    [
      'the console stays silent',
      (broken) => {
        broken.consoles = ['Welcome to Ubuntu'];
      },
      'BakeUnconfirmed',
      /no image was made.*Welcome to Ubuntu/,
    ],
    [
      'somebody terminates it',
      (broken) => {
        broken.states = ['running', 'shutting-down'];
      },
      'BakeInterfered',
      /i-1/,
    ],
    [
      'no image can be made',
      (broken) => {
        broken.failing.createImage = new Error('ResourceLimitExceeded');
      },
      'Error',
      /ResourceLimitExceeded/,
    ],
    [
      'the parameter is refused',
      (broken) => {
        broken.failing.putParameter = new Error('AccessDenied');
      },
      'ParameterNotWritten',
      /ami-baked is made.*\/web\/image.*AccessDenied/,
    ],
  ])('%s', async (_what, breakIt, code, message) => {
    breakIt(cloud);
    const failure = await baked().catch((error: unknown) => error);
    expect((failure as { code?: string }).code ?? (failure as Error).name).toBe(code);
    expect((failure as Error).message).toMatch(message);
    expect(cloud.done.at(-1)).toBe('terminated i-1');
  });

  test('the image fails: what there is of it is removed', async () => {
    cloud.images = [{ state: 'pending' }, { state: 'failed', reason: 'snapshot in error' }];
    await expect(baked()).rejects.toMatchObject({
      code: 'ImageNotMade',
      message: expect.stringContaining('ami-baked is failed: snapshot in error'),
    });
    expect(cloud.done.slice(-2)).toEqual(['deregistered ami-baked', 'terminated i-1']);
  });

  test('the console comes later than the stop: it is waited for', async () => {
    cloud.consoles = ['', '', 'koa-boot: sealed'];
    expect(await baked()).toMatchObject({ imageId: 'ami-baked' });
  });
});

describe('interrupted', () => {
  test('while it installs: the instance goes', async () => {
    looks = 2;
    await expect(baked()).rejects.toMatchObject({ name: 'AbortError' });
    expect(cloud.done).toEqual(['run on ami-template', 'terminated i-1']);
  });

  test('while the image is made: instance and image go', async () => {
    cloud.states = ['stopped'];
    cloud.images = [{ state: 'pending' }];
    looks = 1;
    await expect(baked()).rejects.toMatchObject({ name: 'AbortError' });
    expect(cloud.done.slice(-2)).toEqual(['deregistered ami-baked', 'terminated i-1']);
  });

  test('before it has run anything: there is nothing to take away', async () => {
    interruption.abort();
    await expect(baked()).rejects.toMatchObject({ name: 'AbortError' });
    expect(cloud.done).toEqual([]);
  });
});

test.each([
  ['after a bake', {}, 'The image is made'],
  ['after a failure', { states: ['terminated' as const] }, 'BakeInterfered|Somebody terminated'],
])(
  'an instance that cannot be terminated is named, with the command that does it, %s',
  async (_when, how, also) => {
    Object.assign(cloud, how);
    cloud.failing.terminate = new Error('RequestLimitExceeded');
    const failure = (await baked().catch((error: unknown) => error)) as Error & { code: string };
    expect(failure.code).toBe('InstanceLeft');
    expect(failure.message).toMatch(
      new RegExp(`(${also}).*RequestLimitExceeded.*terminate-instances --instance-ids i-1`),
    );
  },
);
