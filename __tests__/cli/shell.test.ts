import { execFileSync } from 'node:child_process';
import { exportLines } from '../../cli/shell';

test('plain values stay readable', () => {
  expect(exportLines({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_REGION: 'eu-central-1' })).toBe(
    'export AWS_ENDPOINT_URL=http://127.0.0.1:4566\nexport AWS_REGION=eu-central-1',
  );
});

test.each(["it's", 'a b', '$HOME', '', '`id`', 'x\ny', '"', '\\', '~/x', '*'])(
  'a shell reads back %j as it was',
  (value) => {
    const script = `${exportLines({ VALUE: value })}\nprintf %s "$VALUE"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
  },
);
