/** The block that the live view redraws, and the one line that stands for it where nothing can be redrawn. */
import type { InstanceState, ViewState } from './state';
import { bar, count, duration, type Line, marks, renderLine } from './text';

export interface FrameSettings {
  /** Columns. */
  readonly width: number;
  /** Requests in one run of ab; without it no progress of a run is shown. */
  readonly requests?: number;
}

/** Where two columns of text still stand beside a bar. */
const narrow = 60;

export function frame(state: ViewState, now: number, settings: FrameSettings): Line[] {
  return [
    ...phaseLine(state, now),
    ...terraformLine(state, now, settings.width),
    ...capacityLine(state),
    ...[...state.instances].map(([id, instance]) => instanceLine(id, instance, settings.width)),
    ...alarmLines(state),
    ...requestsLine(state),
    ...loadLine(state, now, settings),
    ...(state.url === undefined ? [] : [[[state.url, 'cyan'] as const]]),
  ];
}

/** Nothing to say yet is an empty string. */
export function statusLine(state: ViewState, now: number): string {
  const { phase, terraform, capacity, load } = state;
  const longest = terraform?.running[0];
  const cpu = [...state.instances].flatMap(([id, { cpu }]) =>
    cpu === undefined ? [] : [`${id} ${cpu.toFixed(0)} %`],
  );
  return [
    phase && `${phase.name} for ${duration(now - phase.startedAt)}`,
    terraform && `${terraform.done} of ${terraform.total} resources`,
    longest && `${longest.address} ${duration(now - longest.startedAt)}`,
    capacity && !terraform && `${capacity.inService} in service, ${capacity.desired} desired`,
    !terraform && cpu.length > 0 && `CPU ${cpu.join(', ')}`,
    load && `ab run ${load.run}: ${count(load.answered)} answered, ${count(state.requestsPerSecond ?? 0)}/s`,
  ]
    .filter(Boolean)
    .join('; ');
}

function phaseLine({ phase, startedAt }: ViewState, now: number): Line[] {
  if (startedAt === undefined) return [];
  const whole: Line = [[`${duration(now - startedAt)} since the start`, 'dim']];
  if (phase === undefined) return [whole];
  return [[[phase.name, 'bold'], `  ${duration(now - phase.startedAt)}   `, ...whole]];
}

function terraformLine({ terraform }: ViewState, now: number, width: number): Line[] {
  if (terraform === undefined) return [];
  const { done, total, running } = terraform;
  const progress = `${done} of ${total}`;
  const longest = running[0];
  if (longest === undefined) return [[progress]];
  const since = duration(now - longest.startedAt);
  const others = running.length > 1 && width >= narrow ? ` and ${running.length - 1} more` : '';
  const room = width - `${progress}    ${since}${others}`.length;
  // A long address gives way, so that the time which shows that something happens stays in sight.
  return [[`${progress}  ${renderLine([longest.address], room, false)}  ${since}`, [others, 'dim']]];
}

function capacityLine({ capacity }: ViewState): Line[] {
  if (capacity === undefined) return [];
  const { desired, inService } = capacity;
  const boxes =
    '■'.repeat(Math.min(inService, 20)) + '□'.repeat(Math.max(0, Math.min(desired - inService, 20)));
  return [['size  ', [boxes, 'green'], ` ${inService} in service, ${desired} desired`]];
}

function instanceLine(instanceId: string, instance: InstanceState, width: number): Line {
  const { cpu, zone, lifecycle, health } = instance;
  const wide = width >= narrow;
  // Ids start alike; on a narrow terminal the end tells two instances apart.
  const name = wide ? instanceId : `…${instanceId.slice(-5)}`;
  const condition = lifecycle === 'InService' ? (health ?? lifecycle) : lifecycle;
  const style = condition === 'healthy' ? 'green' : condition === 'unhealthy' ? 'red' : 'yellow';
  return [
    `${name}  `,
    [bar(cpu ?? 0, wide ? 20 : 10), (cpu ?? 0) >= 80 ? 'red' : 'cyan'],
    cpu === undefined ? '    –  ' : ` ${cpu.toFixed(0).padStart(3)} %`,
    '  ',
    [condition, style],
    ...(wide && zone !== '' ? [[`  ${zone}`, 'dim'] as const] : []),
  ];
}

function alarmLines({ alarms, alarmStates }: ViewState): Line[] {
  const points = [...alarms.values()];
  const several = new Set(points.map(({ policy }) => policy)).size > 1;
  return points.map((point) => {
    const inAlarm = alarmStates.get(point.alarm) === 'ALARM';
    const unit = point.unit === '' ? '' : ` ${point.unit}`;
    return [
      point.direction === 'high' ? 'high  ' : 'low   ',
      [marks(point.breaches, point.needed), point.breaching ? 'yellow' : 'dim'],
      ` ${point.value.toFixed(1)}${unit} ${point.direction === 'high' ? '>' : '<'} ${threshold(point.threshold)}${unit}`,
      ...(several ? [[`  ${point.policy}`, 'dim'] as const] : []),
      ...(inAlarm ? [['  ALARM', 'red'] as const] : []),
    ];
  });
}

/** 45.5 stays, and 35 doesn't become 35.0. */
function threshold(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function requestsLine({ requestsPerSecond, lost }: ViewState): Line[] {
  if (requestsPerSecond === undefined) return [];
  const losses: Line = lost === 0 ? [['none lost', 'green']] : [[`${count(lost)} lost`, 'red']];
  return [[`${count(requestsPerSecond)} requests/s, `, ...losses]];
}

function loadLine({ load }: ViewState, now: number, { requests, width }: FrameSettings): Line[] {
  if (load === undefined) return [];
  const name = `ab ${load.run}  `;
  if (requests === undefined) return [[name, duration(now - load.startedAt)]];
  const percent = Math.min(100, (load.answered / requests) * 100);
  return [
    [
      name,
      [bar(percent, width >= narrow ? 20 : 10), 'cyan'],
      ` ${percent.toFixed(0).padStart(3)} % of ${count(requests)}  ${duration(now - load.startedAt)}`,
    ],
  ];
}
