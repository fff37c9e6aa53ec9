import { LineView } from '../../cli/view/line-view';
import { LiveView } from '../../cli/view/live-view';
import { notableLine } from '../../cli/view/notable';
import { renderLine } from '../../cli/view/text';
import { EventStream } from '../../lab/events';
import { at, first, goodLoad, goodStory, requests, start, terraform } from '../report/story';

function notable(...args: Parameters<typeof notableLine>): string | undefined {
  const line = notableLine(...args);
  return line && renderLine(line, Number.POSITIVE_INFINITY, false);
}

describe('lines that stay', () => {
  test.each([
    ['a quick resource', terraform(5, 'aws_vpc.web', 'finished', 3, 1), undefined],
    ['a slow resource', terraform(5, 'aws_lb.web', 'finished', 42, 1), 'aws_lb.web: create took 42 s'],
    ['a resource that failed', terraform(5, 'aws_lb.web', 'failed', 1, 1), 'aws_lb.web: create failed'],
    ['requests that all went well', requests(5), undefined],
    [
      'requests that did not',
      requests(5, { target5xx: 1, balancer5xx: 2, resets: 3 }),
      'lost in a second: 1 5xx by instances, 2 by the balancer, 3 resets',
    ],
    [
      'an end of ab',
      at(5, {
        type: 'load',
        run: 1,
        state: 'finished',
        result: { ...goodLoad, failed: 2, aborted: 'ab gave up' },
      }),
      'ab run 1: 1,000 answers in 20.0 s, 50/s, 2 failed, 0 non-2xx. ab gave up',
    ],
    [
      'a decision',
      at(5, { type: 'decision', group: 'web', policy: 'cpu', from: 2, to: 1, cause: 'CPU is low' }),
      'scale-in 2 → 1: CPU is low',
    ],
    [
      'an alarm',
      at(5, {
        type: 'alarm',
        group: 'web',
        alarm: 'TargetTracking-web-AlarmLow-1',
        state: 'ALARM',
        reason: '15 below',
      }),
      'low alarm ALARM: 15 below',
    ],
    [
      'an unhealthy target',
      at(5, {
        type: 'target',
        targetGroup: 'web',
        instanceId: first,
        state: 'unhealthy',
        reason: 'Target.Timeout',
      }),
      `${first} unhealthy: Target.Timeout`,
    ],
    ['a second of CPU', at(5, { type: 'cpu', group: 'web', instanceId: first, percent: 3 }), undefined],
    ['a notice', at(5, { type: 'notice', level: 'warning', text: 'mind the gap' }), 'mind the gap'],
  ])('%s', (_, event, expected) => {
    expect(notable(event)).toBe(expected);
  });
});

describe('the line view', () => {
  function lineView() {
    let now = start;
    const written: string[] = [];
    const events = new EventStream(() => now);
    const view = new LineView(events, { write: (text) => written.push(text) }, false, () => now);
    return { events, view, written, advance: (seconds: number) => (now += seconds * 1000) };
  }

  test('a notable event is one line with its time, in UTC', () => {
    const { events, view, written, advance } = lineView();
    events.emit({ type: 'phase', phase: 'apply', state: 'started' });
    advance(92);
    events.emit({ type: 'phase', phase: 'apply', state: 'finished' });
    view.close();
    expect(written).toEqual(['12:00:00  apply …\n', '12:01:32  apply finished in 1 min 32 s\n']);
  });

  test('a long wait gives a sign of life every ten seconds and not sooner', () => {
    const { events, view, written, advance } = lineView();
    events.emit({ type: 'phase', phase: 'apply', state: 'started' });
    for (let second = 1; second <= 25; second += 1) {
      advance(1);
      view.tick();
    }
    view.close();
    expect(written.slice(1)).toEqual(['12:00:10  apply for 10 s\n', '12:00:20  apply for 20 s\n']);
  });

  test('a closed view writes no more', () => {
    const { events, view, written } = lineView();
    view.close();
    events.emit({ type: 'notice', level: 'info', text: 'late' });
    expect(written).toEqual([]);
  });
});

describe('the live view', () => {
  /** What a terminal shows after the writes; knows just what the view uses. */
  function shown(written: readonly string[]): string[] {
    const lines: string[] = [''];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are steered by them
    for (const part of written.join('').split(/(\x1b\[\d+A\r\x1b\[J|\x1b\[\?25[lh]|\n)/)) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      const up = /^\x1b\[(\d+)A/.exec(part)?.[1];
      if (up !== undefined) lines.splice(lines.length - 1 - Number(up), Number.POSITIVE_INFINITY, '');
      else if (part === '\n') lines.push('');
      else if (!part.startsWith('\x1b')) lines.push(`${lines.pop() ?? ''}${part}`);
    }
    return lines.slice(0, -1);
  }

  function liveView(screen: { columns: number; rows: number } = { columns: 81, rows: 24 }) {
    let now = start;
    const written: string[] = [];
    const events = new EventStream(() => now);
    const view = new LiveView(
      events,
      { ...screen, write: (text) => written.push(text) },
      false,
      { requests: 1000 },
      () => now,
    );
    const play = (upToSecond: number) => {
      for (const { at, ...event } of goodStory().filter((event) => event.at <= start + upToSecond * 1000)) {
        now = at;
        events.emit(event);
        view.redraw();
      }
    };
    return { view, written, play, events };
  }

  test('the block is replaced, the notable lines above it stay', () => {
    const { view, written, play } = liveView();
    play(117);
    const screen = shown(written);
    view.close();
    expect(screen.filter((line) => line.startsWith('size'))).toHaveLength(1);
    expect(screen).toContain('check finished in 2 s');
    expect(screen.at(-1)).toBe('http://127.0.0.1:8080');
  });

  test('after the end only the lines are left, and the cursor is back', () => {
    const { view, written, play } = liveView();
    play(117);
    view.close();
    expect(shown(written).some((line) => line.startsWith('size'))).toBe(false);
    expect(shown(written)).toContain(`${first} healthy`);
    expect(written.join('').lastIndexOf('\x1b[?25h')).toBeGreaterThan(
      written.join('').lastIndexOf('\x1b[?25l'),
    );
  });

  test('a block taller than the screen is cut, so that it can be taken back', () => {
    const { view, written, play } = liveView({ columns: 81, rows: 5 });
    play(117);
    expect(shown(written.slice(-1)).length).toBeLessThanOrEqual(4);
    view.close();
  });
});
