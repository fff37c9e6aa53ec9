import type { LabEvent } from '../../lab/events';
import { buildReport, type ReportSettings } from '../../lab/report/report';
import { at, capacity, datapoint, first, goodLoad, goodStory, requests, second, settings } from './story';

function failedConditions(events: readonly LabEvent[], changed: Partial<ReportSettings> = {}): string[] {
  const { verdict } = buildReport(events, { ...settings, ...changed });
  return verdict.filter(({ passed }) => !passed).map(({ name }) => name);
}

/** The good story with one more event before the destruction. */
function goodStoryAnd(event: LabEvent): LabEvent[] {
  const story = goodStory();
  story.splice(story.length - 4, 0, event);
  return story;
}

describe('the verdict on a rehearsal that is to scale', () => {
  test('passes when everything holds', () => {
    const report = buildReport(goodStory(), settings);
    expect(report.verdict.map(({ name }) => name)).toEqual([
      'scaled out',
      'scaled in',
      'new instance served',
      'ab failed 0',
      'ab non-2xx 0',
      'balancer 5xx 0',
      'resets 0',
    ]);
    expect(report.passed).toBe(true);
  });

  test.each<[string, LabEvent[], string[]]>([
    [
      'the second instance never came into service',
      goodStory().filter((event) => !(event.type === 'capacity' && event.inService === 2)),
      ['scaled out', 'scaled in'],
    ],
    ['the group did not come back', goodStoryAnd(capacity(230, 2, 2)), ['scaled in']],
    ['the group is about to grow again', goodStoryAnd(capacity(230, 2, 1)), ['scaled in']],
    ['the group is only about to come back', goodStoryAnd(capacity(230, 1, 2)), ['scaled in']],
    [
      'the new instance served too little',
      goodStory({ perInstance: { [first]: 901, [second]: 99 } }),
      ['new instance served'],
    ],
    [
      'no decision added an instance',
      goodStory().filter((event) => event.type !== 'decision'),
      ['new instance served'],
    ],
    ['ab counts a failed request', goodStory({ failed: 1 }), ['ab failed 0']],
    ['ab gave up', goodStory({ aborted: 'ab gave up' }), ['ab failed 0']],
    ['ab counts another answer than 2xx', goodStory({ non2xx: 1 }), ['ab non-2xx 0']],
    ['the balancer made a 5xx', goodStoryAnd(requests(230, { balancer5xx: 1 })), ['balancer 5xx 0']],
    ['a connection was reset', goodStoryAnd(requests(230, { resets: 1 })), ['resets 0']],
    [
      'no run of ab ended',
      goodStory().filter((event) => !(event.type === 'load' && event.state === 'finished')),
      ['new instance served', 'ab failed 0', 'ab non-2xx 0'],
    ],
  ])('fails when %s', (_, events, expected) => {
    expect(failedConditions(events)).toEqual(expected);
    expect(buildReport(events, settings).passed).toBe(false);
  });

  test('a tenth is enough, and any run may be the one', () => {
    const poor = { ...goodLoad, run: 2, perInstance: { [first]: 1000 } };
    const events = goodStory({ perInstance: { [first]: 900, [second]: 100 } });
    const poorRun = {
      type: 'load',
      at: events.at(-5)?.at ?? 0,
      run: 2,
      state: 'finished',
      result: poor,
    } as const;
    events.splice(events.length - 4, 0, poorRun);
    expect(failedConditions(events)).toEqual([]);
  });

  test('what the destruction does is neither a scale-in nor a loss', () => {
    const events = [...goodStory(), requests(245, { balancer5xx: 7, resets: 7 })];
    expect(failedConditions(events)).toEqual([]);
    const neverIn = goodStory().filter(
      (event) => !(event.type === 'capacity' && event.at > goodAt(150) && event.desired === 1),
    );
    expect(failedConditions(neverIn)).toEqual(['scaled in']);
  });

  test('nothing at all passes nothing by accident', () => {
    expect(failedConditions([])).toEqual([
      'scaled out',
      'scaled in',
      'new instance served',
      'ab failed 0',
      'ab non-2xx 0',
      'balancer 5xx 0',
    ]);
  });
});

describe('the verdict on a rehearsal that is to stay at its minimum', () => {
  const expectation = 'stays';
  const quiet = goodStory({ perInstance: { [first]: 1000 } }).filter(
    (event) =>
      !(event.type === 'capacity' && event.desired === 2) &&
      !(event.type === 'capacity' && event.inService === 2) &&
      event.type !== 'decision',
  );

  test('passes when it stayed and its alarm was fed', () => {
    expect(failedConditions(quiet, { expectation })).toEqual([]);
  });

  test.each<[string, LabEvent[], string[]]>([
    ['it scaled', goodStory(), ['stayed at minimum']],
    [
      'it only wanted to',
      [...quiet.slice(0, -4), capacity(230, 2, 1), ...quiet.slice(-4)],
      ['stayed at minimum'],
    ],
    ['it never got to its minimum', quiet.filter(({ type }) => type !== 'capacity'), ['stayed at minimum']],
    ['no datapoint came', quiet.filter(({ type }) => type !== 'datapoint'), ['scaling watched']],
  ])('fails when %s', (_, events, expected) => {
    expect(failedConditions(events, { expectation })).toEqual(expected);
  });
});

describe('the figures', () => {
  const report = buildReport(goodStory(), settings);

  test('the seconds to the first answer are all accounted for', () => {
    expect(report.firstAnswer).toEqual({
      seconds: 92,
      parts: [
        { name: 'check', seconds: 2 },
        { name: 'apply', seconds: 87 },
        { name: 'between phases', seconds: 3 },
      ],
      slowestResources: [{ address: 'aws_lb.web', seconds: 42 }],
    });
  });

  test('a 5xx by the balancer is no answer', () => {
    const events = [requests(10, { total: 3, balancer5xx: 3 }), ...goodStory()].sort((a, b) => a.at - b.at);
    expect(buildReport(events, settings).firstAnswer?.seconds).toBe(92);
  });

  test('seconds count from when the command began, if that is known', () => {
    const earlier = buildReport(goodStory(), { ...settings, startedAt: goodAt(-5) });
    expect(earlier.firstAnswer?.seconds).toBe(97);
  });

  test('the timeline has an entry for every second and carries the size on', () => {
    const { timeline } = report;
    expect(timeline.map(({ at }) => at)).toEqual(Array.from({ length: 170 }, (_, index) => 61 + index));
    expect(timeline.find(({ at }) => at === 94)).toEqual({
      at: 94,
      desired: 1,
      inService: 1,
      cpu: { [first]: 90 },
      requests: 50,
    });
    expect(timeline.find(({ at }) => at === 150)).toMatchObject({ desired: 2, inService: 2, requests: 0 });
  });

  test('each instance has its life and its work', () => {
    expect(report.instances).toEqual([
      {
        instanceId: first,
        zone: 'eu-central-1a',
        imageId: 'ami-1',
        launched: 61,
        inService: 70,
        healthy: 71,
        terminated: 240,
        boot: [],
        requestsServed: 71,
      },
      {
        instanceId: second,
        zone: 'eu-central-1a',
        imageId: 'ami-1',
        launched: 111,
        inService: 115,
        healthy: 116,
        draining: 200,
        terminated: 230,
        boot: [],
        requestsServed: 30,
      },
    ]);
  });

  test("an instance's boot is told phase by phase, in order", () => {
    const booted = [
      ...goodStory(),
      at(65, { type: 'boot-phase', instanceId: first, phase: 'system', seconds: 3.8984 }),
      at(69, { type: 'boot-phase', instanceId: first, phase: 'packages', seconds: 4 }),
    ];
    expect(buildReport(booted, settings).instances.map(({ boot }) => boot)).toEqual([
      [
        { phase: 'system', seconds: 3.9 },
        { phase: 'packages', seconds: 4 },
      ],
      [],
    ]);
  });

  test('requests are told by ab and by the balancer', () => {
    const answers = { '1xx': 0, '2xx': 3, '3xx': 1, '4xx': 2, '5xx': 5 };
    const lossy = goodStoryAnd(
      requests(230, { total: 10, answers, target5xx: 2, balancer5xx: 3, resets: 1 }),
    );
    expect(buildReport(lossy, settings).requests).toEqual({
      ab: { made: 1000, failed: 0, non2xx: 0 },
      balancer: {
        total: 111,
        answers: { '1xx': 0, '2xx': 104, '3xx': 1, '4xx': 2, '5xx': 5 },
        target5xx: 2,
        balancer5xx: 3,
        resets: 1,
      },
    });
  });

  test('phases tell when and how long, and which one broke', () => {
    const broken = goodStory().slice(0, 3);
    broken.push(capacity(20, 1, 0));
    expect(buildReport(broken, settings).phases).toEqual([
      { phase: 'check', at: 0, seconds: 2, state: 'finished' },
      { phase: 'apply', at: 3, seconds: 17, state: 'running' },
    ]);
  });

  test('the report survives JSON as it is', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.version).toBe(1);
  });
});

test('a lonely low datapoint is not what watches a scale-out', () => {
  const point = { ...datapoint(5, 1), direction: 'low' } as LabEvent;
  expect(failedConditions([point], { expectation: 'stays' })).toContain('scaling watched');
});

function goodAt(secondOfStory: number): number {
  return Date.UTC(2026, 10, 24, 12, 0, 0) + secondOfStory * 1000;
}

describe('a rehearsal that bakes an image', () => {
  /** Baked before the load, which is when the second instance is launched. */
  function bakedStory(secondImage: string): LabEvent[] {
    const story = goodStory({}, secondImage);
    const load = story.findIndex((event) => event.type === 'phase' && event.phase === 'load');
    const at = story[load]?.at ?? 0;
    story.splice(load, 0, { at, type: 'baked', imageId: 'ami-2', bakedFrom: 'ami-1', seconds: 40 });
    return story;
  }

  test('passes when the instance that scale-out adds boots from it', () => {
    const report = buildReport(bakedStory('ami-2'), settings);
    expect(report.verdict).toContainEqual({
      name: 'booted from the baked image',
      passed: true,
      sentence: `${second} booted from the baked ami-2.`,
    });
    expect(report.baked).toMatchObject({ imageId: 'ami-2', bakedFrom: 'ami-1', seconds: 40 });
    expect(report.instances.map(({ imageId }) => imageId)).toEqual(['ami-1', 'ami-2']);
  });

  test('fails when it boots from another', () => {
    expect(failedConditions(bakedStory('ami-1'))).toEqual(['booted from the baked image']);
  });

  test('fails when none comes after it', () => {
    const story = bakedStory('ami-2').filter(
      (event) => !(event.type === 'instance' && event.instanceId === second),
    );
    expect(failedConditions(story)).toContain('booted from the baked image');
  });
});
