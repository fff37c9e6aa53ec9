import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAbOutput } from '../../lab/load/ab-output';

/** What ab 2.3 printed for small servers that behaved as the file's name says; see the system test for the like. */
function printed(name: string): string {
  return readFileSync(join(__dirname, 'ab-outputs', `${name}.txt`), 'utf8');
}

const noFailures = { connect: 0, receive: 0, length: 0, exceptions: 0 };

test('a run in which all is well gives every figure of the table', () => {
  expect(parseAbOutput(printed('all-answered'), 200)).toEqual({
    completed: 200,
    failed: 0,
    failures: noFailures,
    non2xx: 0,
    seconds: 0.099,
    requestsPerSecond: 2028.13,
    percentiles: { 50: 3, 90: 6, 99: 11, 100: 26 },
  });
});

test.each([
  ['lengths-differ', { failed: 20, failures: { ...noFailures, length: 20 }, non2xx: 0 }],
  ['closed-without-answer', { failed: 10, failures: { ...noFailures, length: 10 }, non2xx: 0 }],
  ['some-503', { failed: 0, failures: noFailures, non2xx: 40 }],
])('%s: failures and other answers are told apart', (name, expected) => {
  expect(parseAbOutput(printed(name), 200)).toMatchObject({ completed: 200, ...expected });
});

test.each([
  ['reset-after-39', 200, 39, 'apr_socket_recv: Connection reset by peer (104)'],
  ['server-gone-after-299', 2000, 299, 'apr_socket_recv: Connection reset by peer (104)'],
  ['refused', 200, 0, 'apr_socket_recv: Connection refused (111)'],
])(
  '%s: where ab gives up, requests without an answer count as failed',
  (name, requests, completed, reason) => {
    expect(parseAbOutput(printed(name), requests)).toMatchObject({
      completed,
      failed: requests - completed,
      aborted: `ab gave up after ${completed} of ${requests} requests: ${reason}`,
    });
  },
);

test('an empty output is a run that failed whole', () => {
  expect(parseAbOutput('', 50)).toMatchObject({
    completed: 0,
    failed: 50,
    aborted: expect.stringContaining('it printed nothing'),
  });
});

test('requests missing from a finished table count as failed', () => {
  expect(parseAbOutput(printed('all-answered'), 210)).toMatchObject({ completed: 200, failed: 10 });
});
