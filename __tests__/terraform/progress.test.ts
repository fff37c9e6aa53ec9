import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeFailure,
  describeFailureText,
  ProgressReader,
  type TerraformProgress,
} from '../../lab/terraform/progress';

/** Output of Terraform 1.11.4 with AWS provider 5.100.0, as it came. */
function replay(name: string): { reader: ProgressReader; events: TerraformProgress[] } {
  const reader = new ProgressReader();
  const lines = readFileSync(join(__dirname, 'captured', name), 'utf8').split('\n');
  return { reader, events: lines.flatMap((line) => reader.read(line) ?? []) };
}

describe('an apply that creates', () => {
  const { reader, events } = replay('create.jsonl');

  test('tells of each resource when it starts and when it ends', () => {
    const told = events.filter(({ address }) => address === 'aws_vpc.v').map(({ state }) => state);
    expect(told[0]).toBe('started');
    expect(told.at(-1)).toBe('finished');
  });

  test('tells how long a slow one takes already', () => {
    const slow = events.filter(({ address, state }) => address === 'aws_lb.x' && state === 'progress');
    expect(slow.map(({ elapsedSeconds }) => elapsedSeconds)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test('counts up to the planned number, and ends with all done', () => {
    expect(events.at(-1)).toMatchObject({ address: 'aws_lb.x', state: 'finished', done: 6, total: 6 });
  });

  test('tells of data sources and does not count them', () => {
    const reads = events.filter(({ action }) => action === 'read');
    expect(reads.map(({ address }) => address)).toContain('data.aws_caller_identity.me');
    expect(reads.every(({ done }) => done === 0)).toBe(true);
  });

  test("ends with Terraform's own count", () => {
    expect(reader.summary).toEqual({ added: 6, changed: 0, destroyed: 0 });
    expect(reader.diagnostics).toEqual([]);
  });
});

describe('an apply that replaces one resource and fails at another', () => {
  const { reader, events } = replay('failed.jsonl');

  test('counts a replacement once, when its second half is done', () => {
    const told = events.filter(
      ({ address, action }) => address === 'aws_sns_topic.news' && action === 'replace',
    );
    expect(told.map(({ state }) => state)).toEqual(['started', 'progress', 'progress', 'finished']);
  });

  test('tells which failed, and does not count it as done', () => {
    expect(events.at(-1)).toMatchObject({
      address: 'aws_ssm_parameter.second',
      action: 'create',
      state: 'failed',
      done: 2,
      total: 3,
    });
    expect(reader.summary).toBeUndefined();
  });

  test('says what went wrong in one sentence, with the address', () => {
    expect(describeFailure(reader.diagnostics)).toMatch(
      /^aws_ssm_parameter\.second: creating SSM Parameter \(\/same\): .*ParameterAlreadyExists/,
    );
  });
});

test('lines that are no messages are passed over', () => {
  const reader = new ProgressReader();
  expect(['', 'plain text', '[]', 'null', '{"type":"apply_start"}'].map((line) => reader.read(line))).toEqual(
    Array(5).fill(undefined),
  );
});

test('a warning is no failure', () => {
  expect(describeFailure([{ severity: 'warning', summary: 'old', detail: '' }])).toBeUndefined();
});

test('the error of a command without messages is found in its text, frame or not', () => {
  const text = [
    'Initializing provider plugins...',
    '╷',
    '│ Error: Failed to query available provider packages',
    '│ ',
    '│ Could not retrieve the list of available versions for provider',
    '│ hashicorp/aws: no route to host',
    '│ ',
    '│ To see which modules depend on it, run terraform providers',
    '╵',
  ].join('\n');
  expect(describeFailureText(text)).toBe(
    'Failed to query available provider packages: Could not retrieve the list of available versions for provider hashicorp/aws: no route to host',
  );
  expect(describeFailureText('all is well')).toBeUndefined();
});
