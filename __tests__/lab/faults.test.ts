import { Faults } from '../../lab/faults';

let now = 0;
const faults = () => new Faults(() => now);

test('a fault lasts for its time', () => {
  const injected = faults();
  injected.inject('s3', { status: 403 }, 20);
  expect(injected.active('s3')).toEqual({ status: 403 });
  now += 20_000;
  expect(injected.active('s3')).toBeUndefined();
});

test('without a time it lasts until it is mended, and the mending of an older one does not end it', () => {
  const injected = faults();
  const mendFirst = injected.inject('s3', { status: 403 });
  const mend = injected.inject('s3', { status: 503 });
  mendFirst();
  expect(injected.active('s3')).toEqual({ status: 503 });
  mend();
  expect(injected.active('s3')).toBeUndefined();
});

test('a spot notice is for one instance', () => {
  const injected = faults();
  const notice = { action: 'terminate', at: 1 } as const;
  injected.giveSpotNotice('i-1', notice);
  expect([injected.spotNotice('i-1'), injected.spotNotice('i-2')]).toEqual([notice, undefined]);
});
