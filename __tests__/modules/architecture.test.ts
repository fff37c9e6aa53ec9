import { architectureOf, isBurstable } from '../../modules/private/architecture';

test.each([
  'a1.medium',
  't4g.micro',
  'm6g.large',
  'm7gd.16xlarge',
  'c7gn.large',
  'r8g.metal-24xl',
  'x2gd.medium',
  'im4gn.large',
  'is4gen.medium',
  'i8ge.large',
  'g5g.xlarge',
  'hpc7g.4xlarge',
])('%s has a Graviton processor', (type) => {
  expect(architectureOf(type)).toBe('arm64');
});

test.each([
  't3.micro',
  't3a.micro',
  'm7i-flex.large',
  'c7a.large',
  'm5zn.large',
  'g4dn.xlarge',
  'g4ad.xlarge',
  'g6.xlarge',
  'gr6.4xlarge',
  'p4d.24xlarge',
  'u-6tb1.112xlarge',
  'u7i-12tb.224xlarge',
  'inf2.xlarge',
])('%s has none', (type) => {
  expect(architectureOf(type)).toBe('amd64');
});

test.each([
  ['t2.micro', true],
  ['t3a.nano', true],
  ['t4g.small', true],
  ['trn1.2xlarge', false],
  ['m5.large', false],
])('%s has CPU credits: %s', (type, expected) => {
  expect(isBurstable(type)).toBe(expected);
});
