import { frame, statusLine } from '../../cli/view/frame';
import { advance, initialState } from '../../cli/view/state';
import { bar, count, duration, marks, renderLine } from '../../cli/view/text';
import type { LabEvent } from '../../lab/events';
import {
  at,
  capacity,
  datapoint,
  first,
  goodStory,
  requests,
  second,
  start,
  terraform,
} from '../report/story';

function drawn(events: readonly LabEvent[], nowSecond: number, width = 80, abRequests = 1000): string[] {
  const state = events.reduce(advance, initialState);
  return frame(state, start + nowSecond * 1000, { width, requests: abRequests }).map((line) =>
    renderLine(line, width, false),
  );
}

const until = (second: number) => goodStory().filter((event) => event.at <= start + second * 1000);

test('before anything has happened there is nothing to draw', () => {
  expect(drawn([], 0)).toEqual([]);
});

test('the phase shows its own time and the time since the start', () => {
  expect(drawn(until(3), 65)).toEqual(['apply  1 min 2 s   1 min 5 s since the start']);
});

test('Terraform shows how many are done, and the one under way longest', () => {
  const events = [
    ...until(3),
    terraform(10, 'aws_vpc.web', 'started', 0, 0),
    terraform(11, 'aws_lb.web', 'started', 0, 0),
    terraform(20, 'aws_vpc.web', 'finished', 10, 17),
    terraform(30, 'aws_subnet.web["a"]', 'started', 0, 17),
    terraform(41, 'aws_lb.web', 'progress', 30, 17),
  ];
  expect(drawn(events, 53)[1]).toBe('17 of 31  aws_lb.web  42 s and 1 more');
  expect(drawn(events, 53, 40)[1]).toBe('17 of 31  aws_lb.web  42 s');
});

test('a long address gives way to its time', () => {
  const events = [...until(3), terraform(41, 'aws_vpc_security_group_egress_rule.web', 'progress', 30, 17)];
  expect(drawn(events, 53, 40)[1]).toBe('17 of 31  aws_vpc_security_group_…  42 s');
});

test('under load: size, CPU per instance, alarms, requests, the run', () => {
  expect(drawn(until(117), 118)).toEqual([
    'load  25 s   1 min 58 s since the start',
    'size  ■■ 2 in service, 2 desired',
    `${first}  ██████████████████░░  90 %  healthy  eu-central-1a`,
    `${second}  ░░░░░░░░░░░░░░░░░░░░    –    healthy  eu-central-1a`,
    'high  ●●● 92.0 % > 50 %  ALARM',
    '50 requests/s, none lost',
    'ab 1  ██░░░░░░░░░░░░░░░░░░  10 % of 1,000  25 s',
    'http://127.0.0.1:8080',
  ]);
});

test('40 columns hold all of it, with the ends of the ids', () => {
  const lines = drawn(until(117), 118, 40);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
  expect(lines).toContain('…aaaa1  █████████░  90 %  healthy');
  expect(lines).toContain('…bbbb2  ░░░░░░░░░░    –    healthy');
});

test('an instance on its way shows where it is, a terminated one is gone', () => {
  expect(drawn(until(111), 112).join('\n')).toContain('Pending');
  const after = drawn(until(230), 231).join('\n');
  expect(after).toContain(first);
  expect(after).not.toContain(second);
});

test('lost requests are never hidden again', () => {
  const events = [...until(94), requests(95, { balancer5xx: 2, resets: 1 }), requests(96)];
  expect(drawn(events, 97)).toContain('50 requests/s, 3 lost');
});

test('an alarm that is over is not shown as one', () => {
  const over = at(120, {
    type: 'alarm',
    group: 'web',
    alarm: 'TargetTracking-web-AlarmHigh-1',
    state: 'OK',
    reason: '',
  });
  const lines = drawn([...until(117), over, datapoint(120, 10)], 121);
  expect(lines).toContain('high  ○○○ 10.0 % > 50 %');
});

test.each<[string, LabEvent[], number, string]>([
  ['nothing yet', [], 0, ''],
  [
    'Terraform at work',
    [...until(3), terraform(41, 'aws_lb.web', 'progress', 30, 17)],
    53,
    'apply for 50 s; 17 of 31 resources; aws_lb.web 42 s',
  ],
  [
    'load',
    until(94),
    95,
    `load for 2 s; 1 in service, 1 desired; CPU ${first} 90 %; ab run 1: 50 answered, 50/s`,
  ],
  ['only a size', [capacity(1, 2, 1)], 2, '1 in service, 2 desired'],
])('the status in one line: %s', (_, events, now, expected) => {
  const state = events.reduce(advance, initialState);
  expect(statusLine(state, start + now * 1000)).toBe(expected);
});

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min 0 s'],
  [-5, '0 s'],
])('%d ms read as %s', (milliseconds, expected) => {
  expect(duration(milliseconds)).toBe(expected);
});

test.each([
  [0, '░░░░'],
  [50, '██░░'],
  [100, '████'],
  [180, '████'],
])('%d %% is the bar %s', (percent, expected) => {
  expect(bar(percent, 4)).toBe(expected);
});

test('marks never outgrow what is needed', () => {
  expect([marks(0, 3), marks(2, 3), marks(9, 3)]).toEqual(['○○○', '●●○', '●●●']);
  expect(count(1234567)).toBe('1,234,567');
});

test('a line is cut by what is seen, not by its colours', () => {
  expect(renderLine([['abc', 'red'], 'def'], 6, false)).toBe('abcdef');
  expect(renderLine([['abc', 'red'], 'def'], 5, false)).toBe('abcd…');
  expect(renderLine([['abc', 'red'], 'def'], 5, true)).toBe('\x1b[31mabc\x1b[39md…');
});
