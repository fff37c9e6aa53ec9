import { vcpusOf } from '../../lab/machines/instance-types';

test.each([
  ['t2.nano', 1],
  ['t2.micro', 1],
  ['t2.small', 1],
  ['t2.medium', 2],
  ['t2.xlarge', 4],
  ['t3.nano', 2],
  ['t3.micro', 2],
  ['t3a.small', 2],
  ['t4g.medium', 2],
  ['t3.2xlarge', 8],
  ['m5.large', 2],
  ['m5.xlarge', 4],
  ['m7g.medium', 1],
  ['c7i-flex.large', 2],
  ['c6g.16xlarge', 64],
  ['u-6tb1.56xlarge', 224],
  ['m7i.metal-24xl', 96],
])('%s has %i vCPUs', (instanceType, vcpus) => {
  expect(vcpusOf(instanceType)).toBe(vcpus);
});

test.each(['', 't3', 'micro', 't3.enormous', '.large', 'm5.metal'])(
  '%j is refused with its value',
  (type) => {
    expect(() => vcpusOf(type)).toThrow(`${JSON.stringify(type)} has no size whose vCPUs are known here`);
  },
);
