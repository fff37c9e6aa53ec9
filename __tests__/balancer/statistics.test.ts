import { noAnswers } from '../../lab/balancer/balancer';
import { firstVerdict } from '../../lab/balancer/first-verdict';
import {
  parseStatistics,
  probeResult,
  type Row,
  slotRows,
  targetCount,
  totals,
} from '../../lab/balancer/statistics';

const noRow: Row = {
  proxy: 'tg',
  server: 'slot1',
  status: 'UP',
  inFlight: 0,
  chosen: 0,
  answers: noAnswers,
  bytesIn: 0,
  bytesOut: 0,
  connectionErrors: 0,
  serverAborts: 0,
  checkStatus: '',
  checkCode: '',
  checkHealth: 0,
  checkRise: 2,
};
const fiveHundreds = (count: number) => ({ ...noAnswers, '5xx': count });
const row = (fields: Partial<Row>): Row => ({ ...noRow, ...fields });

const csv = [
  '# pxname,svname,scur,bin,bout,stot,econ,srv_abrt,status,check_status,check_code,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,req_tot,last_chk,check_rise,check_health,',
  'listener,FRONTEND,3,,,40,,,OPEN,,,0,80,1,5,4,90,,,,',
  'tg,slot1,1,700,9000,50,1,2,UP 1/2,* L7STS,500,9,40,2,1,3,49,"Sorry, ""no""",2,2,',
  'tg,BACKEND,1,,,50,1,2,UP,,,9,40,2,1,4,50,,,,',
  '',
].join('\n');

test('rows are read by the names of their columns, in whatever order', () => {
  expect(parseStatistics(csv)[1]).toEqual({
    proxy: 'tg',
    server: 'slot1',
    status: 'UP 1/2',
    inFlight: 1,
    chosen: 50,
    bytesIn: 700,
    bytesOut: 9000,
    answers: { '1xx': 9, '2xx': 40, '3xx': 2, '4xx': 1, '5xx': 3 },
    connectionErrors: 1,
    serverAborts: 2,
    checkStatus: 'L7STS',
    checkCode: '500',
    checkHealth: 2,
    checkRise: 2,
  });
  expect(parseStatistics(csv)).toHaveLength(3);
});

test('statistics without a needed column are refused by its name', () => {
  expect(() => parseStatistics('# pxname,svname\n')).toThrow(/no column status/);
  expect(() => slotRows([], 'slot1')).toThrow(/no row for tg\/slot1/);
});

test.each([
  { check: { checkStatus: 'INI' }, result: { outcome: 'none', up: false } },
  { check: { checkStatus: '' }, result: { outcome: 'none', up: false } },
  { check: { checkStatus: 'L7OK' }, result: { outcome: 'passed', up: true } },
  { check: { checkStatus: 'L7OK', status: 'DOWN 1/2' }, result: { outcome: 'passed', up: false } },
  {
    check: { checkStatus: 'L7STS', checkCode: '503', status: 'UP 1/2' },
    result: {
      outcome: 'failed',
      up: true,
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    },
  },
  ...['L4TOUT', 'L7TOUT'].map((checkStatus) => ({
    check: { checkStatus, status: 'DOWN' },
    result: { outcome: 'failed', up: false, reason: 'Target.Timeout', description: 'Request timed out' },
  })),
  ...['L4CON', 'L7RSP', 'SOCKERR'].map((checkStatus) => ({
    check: { checkStatus, status: 'DOWN' },
    result: {
      outcome: 'failed',
      up: false,
      reason: 'Target.FailedHealthChecks',
      description: 'Health checks failed',
    },
  })),
])('a check of $check is $result.outcome, reason $result.reason (D1)', ({ check, result }) => {
  expect(probeResult(row(check))).toEqual(result);
});

describe('the first verdict (D2), rise 2 and fall 3: full health is 4', () => {
  test.each([
    { when: 'no check has ended', check: { checkStatus: 'INI', checkHealth: 4 }, verdict: 'pending' },
    { when: 'one check passed', check: { checkStatus: 'L7OK', checkHealth: 4 }, verdict: 'healthy' },
    { when: 'two failed', check: { checkStatus: 'L7STS', checkHealth: 2 }, verdict: 'pending' },
    { when: 'two failed, one passed', check: { checkStatus: 'L7OK', checkHealth: 4 }, verdict: 'healthy' },
    { when: 'three failed', check: { checkStatus: 'L7STS', checkHealth: 0 }, verdict: 'unhealthy' },
    { when: 'three failed, one passed', check: { checkStatus: 'L7OK', checkHealth: 1 }, verdict: 'healthy' },
  ] as const)('$when: $verdict', ({ check, verdict }) => {
    expect(firstVerdict(row(check), false)).toBe(verdict);
  });

  test.each([
    { when: 'the former passed', check: { checkStatus: 'L7OK', checkHealth: 2 }, verdict: 'pending' },
    { when: 'the former failed', check: { checkStatus: 'L7STS', checkHealth: 2 }, verdict: 'pending' },
    { when: 'its first passed', check: { checkStatus: 'L7OK', checkHealth: 4 }, verdict: 'healthy' },
    { when: 'its first failed', check: { checkStatus: 'L7STS', checkHealth: 0 }, verdict: 'force' },
  ] as const)('in a used slot, $when: $verdict', ({ check, verdict }) => {
    expect(firstVerdict(row(check), true)).toBe(verdict);
  });
});

describe('counters', () => {
  const rows = [
    row({
      proxy: 'listener',
      server: 'FRONTEND',
      chosen: 100,
      answers: { '1xx': 1, '2xx': 84, '3xx': 2, '4xx': 3, '5xx': 12 },
    }),
    row({
      proxy: 'tg',
      server: 'slot1',
      chosen: 50,
      bytesIn: 700,
      bytesOut: 9000,
      answers: fiveHundreds(2),
      connectionErrors: 3,
    }),
    row({ proxy: 'tg', server: 'slot2', chosen: 30, serverAborts: 1 }),
    row({ proxy: 'tg', server: 'BACKEND', answers: fiveHundreds(9) }),
    row({
      proxy: 'tg_open',
      server: 'slot1',
      chosen: 10,
      bytesIn: 40,
      bytesOut: 50,
      answers: fiveHundreds(1),
    }),
    row({ proxy: 'tg_open', server: 'slot2', chosen: 5 }),
    row({ proxy: 'tg_open', server: 'BACKEND', answers: fiveHundreds(1) }),
  ];

  test('what no target sent is the balancer’s; what broke before or in the answer is a reset', () => {
    expect(totals(rows)).toEqual({
      requests: 95, // 50 + 30 + 10 + 5: those for which a target was chosen (D10)
      answers: { '1xx': 1, '2xx': 84, '3xx': 2, '4xx': 3, '5xx': 12 }, // what clients got, whoever made it
      target5xx: 3,
      balancer5xx: 9, // 2 of them for want of a target, 3 refused, 4 broken before the answer
      resets: 5, // those 4, and 1 in the answer
    });
  });

  test('an answer that a target has begun and the client not yet received makes nothing negative', () => {
    const early = [
      row({ proxy: 'listener', server: 'FRONTEND' }),
      row({ answers: fiveHundreds(1) }),
      row({ server: 'BACKEND' }),
    ];
    expect(totals(early)).toMatchObject({ requests: 0, target5xx: 1, balancer5xx: 0, resets: 0 });
  });

  test('a target’s count is that of both backends', () => {
    expect(targetCount(slotRows(rows, 'slot1'))).toEqual({
      requests: 60,
      http5xx: 3,
      bytesIn: 740,
      bytesOut: 9050,
    });
  });
});
