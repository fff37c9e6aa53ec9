/** The report as Markdown that reads well in a terminal too. */
import { statusClasses } from '../balancer/balancer';
import type { Report } from './report';
import { sparkline } from './sparkline';

const chartWidth = 60;

export function summarize(report: Report): string {
  return `${[
    `# Rehearsal ${report.passed ? 'passed' : 'failed'}`,
    opening(report),
    section(
      'Verdict',
      report.verdict.map(({ passed, sentence }) => `- ${passed ? '✓' : '✗'} ${sentence}`),
    ),
    section('Requests', requests(report)),
    section('Size and CPU', charts(report)),
    section(
      'Scaling decisions',
      report.decisions.map(({ at, from, to, cause }) => `- ${seconds(at)}: ${from} → ${to}. ${cause}`),
    ),
    section('Instance refreshes', refreshes(report)),
    section('Golden image', golden(report)),
    section('Instances', instances(report)),
    section('Boots', boots(report)),
    section('From start to first answer', firstAnswer(report)),
    section(
      'Phases',
      table(
        ['phase', 'from', 'took', ''],
        report.phases.map(({ phase, at, seconds: took, state }) => [
          phase,
          seconds(at),
          seconds(took),
          state === 'finished' ? '' : state,
        ]),
      ),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function opening({ settings, startedAt, seconds: took, url }: Report): string {
  const { min, max, cpuTarget, speed } = settings;
  const target = cpuTarget === 'none' ? 'no CPU target' : `a CPU target of ${cpuTarget} %`;
  const place = url === undefined ? '' : ` The load balancer was ${url}.`;
  return `${startedAt}, ${seconds(took)}. A group of ${min} to ${max} instances with ${target}; alarms, cooldowns and warm-up ran ${speed} times faster than on AWS, everything else at its own pace.${place}`;
}

function requests({ loads, requests: { balancer } }: Report): string[] {
  const byClass = statusClasses.map((name) => `${name} ${balancer.answers[name]}`).join(', ');
  return [
    ...table(
      ['ab run', 'answered', 'failed', 'non-2xx', 'seconds', 'per second', 'p50 ms', 'p99 ms', 'longest ms'],
      loads.map((load) => [
        String(load.run),
        `${load.completed} of ${load.requests}`,
        String(load.failed),
        String(load.non2xx),
        load.seconds.toFixed(1),
        load.requestsPerSecond.toFixed(0),
        String(load.percentiles['50']),
        String(load.percentiles['99']),
        String(load.percentiles['100']),
      ]),
    ),
    '',
    `By the balancer's count: ${balancer.total} requests, answered ${byClass}; 5xx by instances ${balancer.target5xx}, by the balancer ${balancer.balancer5xx}; ${balancer.resets} resets.`,
  ];
}

function charts({ timeline, instances: all, settings }: Report): string[] {
  if (timeline.length === 0) return [];
  const label = (text: string) => text.padEnd(20);
  const sizes = timeline.map(({ inService }) => inService);
  const first = timeline[0]?.at ?? 0;
  return [
    '```',
    `${label(`in service (0-${settings.max})`)} ${sparkline(sizes, settings.max, chartWidth)}`,
    ...all.map(({ instanceId }) => {
      const cpu = timeline.map((second) => second.cpu[instanceId] ?? 0);
      const most = Math.max(0, ...cpu).toFixed(0);
      return `${label(instanceId)} ${sparkline(cpu, 100, chartWidth)} CPU, at most ${most} %`;
    }),
    `${label('')} ${seconds(first)} to ${seconds(timeline.at(-1)?.at ?? first)}`,
    '```',
  ];
}

function golden({ baked }: Report): string[] {
  if (baked === undefined) return [];
  return [
    `${seconds(baked.at)}: ${baked.imageId} was baked from ${baked.bakedFrom} in ${seconds(baked.seconds)}.`,
  ];
}

function instances({ instances: all }: Report): string[] {
  const time = (at: number | undefined) => (at === undefined ? '' : seconds(at));
  return table(
    ['instance', 'zone', 'image', 'launched', 'in service', 'healthy', 'draining', 'terminated', 'requests'],
    all.map((instance) => [
      instance.instanceId,
      instance.zone,
      instance.imageId,
      time(instance.launched),
      time(instance.inService),
      time(instance.healthy),
      time(instance.draining),
      time(instance.terminated),
      String(instance.requestsServed),
    ]),
  );
}

function boots({ instances: all }: Report): string[] {
  return all.flatMap(({ instanceId, boot }) => {
    if (boot.length === 0) return [];
    const total = boot.reduce((sum, phase) => sum + phase.seconds, 0);
    const parts = boot.map(({ phase, seconds: took }) => `${phase} ${took.toFixed(1)} s`);
    return [`- ${instanceId}: ${total.toFixed(1)} s: ${parts.join(', ')}`];
  });
}

function refreshes({ refreshes: steps }: Report): string[] {
  return steps.map(({ at, status, percentageComplete, instancesToUpdate, reason }) => {
    const progress = `${status}, ${percentageComplete} %, ${instancesToUpdate} to update.`;
    return `- ${seconds(at)}: ${progress}${reason === undefined ? '' : ` ${reason}`}`;
  });
}

function firstAnswer({ firstAnswer: answer }: Report): string[] {
  if (answer === undefined) return ['No request was answered.'];
  const slowest = answer.slowestResources.map(({ address, seconds: took }) => `${address} ${seconds(took)}`);
  return [
    `${seconds(answer.seconds)}: ${answer.parts.map((part) => `${part.name} ${seconds(part.seconds)}`).join(', ')}.`,
    ...(slowest.length === 0 ? [] : [`Slowest resources: ${slowest.join(', ')}.`]),
  ];
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.join('\n')}`;
}

/** Padded, so that it is a table without a renderer too. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const widths = head.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} s`;
}
