import { bootPhase } from '../../../lab/machines/booted/console';

test.each<[string, ReturnType<typeof bootPhase>]>([
  ['koa-boot: phase=packages seconds=4.2', { phase: 'packages', seconds: 4.2 }],
  ['[   12.3] cloud-init[73]: koa-boot: phase=node seconds=1', { phase: 'node', seconds: 1 }],
  ['koa-boot: fetching the release', undefined],
  ['koa-boot: phase=packages seconds=soon', undefined],
])('%s', (line, phase) => {
  expect(bootPhase(line)).toEqual(phase);
});
