import { bootFailures, bootPhase, saysInstalled, saysSealed } from '../../runtime/boot-console';

test.each<[string, ReturnType<typeof bootPhase>]>([
  ['koa-boot: phase=packages seconds=4.2', { phase: 'packages', seconds: 4.2 }],
  ['[   12.3] cloud-init[73]: koa-boot: phase=node seconds=1', { phase: 'node', seconds: 1 }],
  [
    'koa-boot: phase=fetch seconds=0.120 at=1795572661.644',
    { phase: 'fetch', seconds: 0.12, at: 1795572661.644 },
  ],
  ['koa-boot: fetching the release', undefined],
  ['koa-boot: phase=packages seconds=soon', undefined],
])('%s', (line, phase) => {
  expect(bootPhase(line)).toEqual(phase);
});

test('the reasons that boot programs gave are found in their order, whatever else is on the console', () => {
  const console = [
    '[    5.000001] cloud-init[138]: koa-boot: failed: an older one',
    '[    7.123456] koa-boot[959]: koa-boot: koa@1.service: Error: no database to be found',
    '[    7.123457] koa-boot[959]: koa-boot: failed: the app was not ready within 60 s\r',
    '[    7.123458] koa-boot[959]: koa-boot: giving the launch up',
    'Powering off.',
  ].join('\n');
  expect(bootFailures(console)).toEqual(['an older one', 'the app was not ready within 60 s']);
  expect(bootFailures('nothing of it')).toEqual([]);
});

test('the ends of install and of a bake are told from what is said in between', () => {
  expect(saysInstalled('[ 7.1] koa-boot[959]: koa-boot: installed\r')).toBe(true);
  expect(saysInstalled('koa-boot: installing')).toBe(false);
  expect(saysSealed('koa-boot: installed\nkoa-boot: sealed\r\nPowering off.\n')).toBe(true);
  expect(saysSealed('koa-boot: sealed is what it will be')).toBe(false);
});
