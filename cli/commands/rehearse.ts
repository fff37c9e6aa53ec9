import { join } from 'node:path';
import { Command, Option } from 'commander';
import { EventStream } from '../../lab/events';
import { rehearsalDefaults } from '../../lab/rehearsal-defaults';
import { summarize } from '../../lab/report/summary';
import { reportFiles } from '../../lab/report/write-report';
import { operatingSystems } from '../../modules/props';
import { ServiceError } from '../../modules/service-error';
import { examples } from '../examples';
import { exitCodes, explain } from '../failure';
import {
  checkRehearseFlags,
  flagRanges,
  type NumberFlag,
  parseNumberFlag,
  type RehearseFlags,
} from '../flags';
import { isAbort, onInterruption } from '../interruption';
import { machinesOption } from '../machines-option';
import { readerGone } from '../output';
import { openView } from '../view/open-view';

export function rehearseCommand(setExitCode: (code: number) => void): Command {
  return new Command('rehearse')
    .description(
      'Apply the Terraform to an AWS embedded on this machine, put load on the service, and watch it scale out and in.',
    )
    .option('--once', 'end after the scale-in instead of at Ctrl-C; the default where stdout is no terminal')
    .addOption(number('--requests', '<n>', 'requests in one run of ab', rehearsalDefaults.requests))
    .addOption(
      number(
        '--concurrency',
        '<n>',
        `connections ab keeps busy; else ${rehearsalDefaults.concurrency}, or --requests if that is fewer`,
      ),
    )
    .addOption(number('--cpu-target', '<percent>', "average CPU the group aims at; else the service's own"))
    .addOption(number('--min', '<n>', "fewest instances; else the service's own"))
    .addOption(number('--max', '<n>', "most instances; else the service's own"))
    .addOption(
      number(
        '--speed',
        '<factor>',
        'how much faster alarms and warm-up run than on AWS',
        rehearsalDefaults.speed,
      ),
    )
    .addOption(number('--port', '<port>', 'port of the load balancer; else a free one'))
    .addOption(machinesOption())
    .addOption(
      new Option('--os <name>', "what instances boot; else the service's own").choices(operatingSystems),
    )
    .option(
      '--bake',
      'bake a golden image once the service is up, and go on with it; machines boot, as with --machines booted',
    )
    .addOption(
      new Option('--expect <what>', 'what makes the rehearsal pass')
        .choices(['scales', 'stays'])
        .default('scales'),
    )
    .option('--json', 'print the report as JSON on stdout, everything else on stderr')
    .option('--keep', 'stay up at the end also where stdout is no terminal; Ctrl-C or `lab down` ends it')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      `${examples(
        'autoscaled-service rehearse',
        'autoscaled-service rehearse --once --cpu-target 10',
        'autoscaled-service rehearse --once --requests 200 --concurrency 1 --expect stays',
        'autoscaled-service rehearse --once --machines booted --os debian-12',
        'autoscaled-service rehearse --once --bake',
        'autoscaled-service rehearse --once --json > report.json',
      )}\n\nExit code: 0 passed, 1 failed, 2 wrong usage or tools missing, 130 interrupted.`,
    )
    .action(async (flags: RehearseFlags) => {
      checkRehearseFlags(flags);
      setExitCode(await runRehearsal(flags));
    });
}

async function runRehearsal(flags: RehearseFlags): Promise<number> {
  const directory = join(process.cwd(), '.lab');
  const events = new EventStream();
  const view = openView(events, flags.json ? process.stderr : process.stdout, { requests: flags.requests });
  let isUp = false;
  const unsubscribe = events.subscribe((event) => {
    isUp ||= event.type === 'phase' && event.phase === 'serve' && event.state === 'started';
  });
  const interruption = onInterruption({
    first: () =>
      view.say(
        isUp
          ? 'Ending: destroying what the rehearsal made. Ctrl-C again ends at once.'
          : 'Interrupted: cleaning up. Ctrl-C again ends at once and may leave processes behind.',
      ),
    second: () => {
      view.close();
      process.stderr.write(
        `Ended at once. What still runs is recorded in ${directory}; \`npm run lab:down\`, or the next rehearsal, ends it.\n`,
      );
    },
  });
  try {
    // Loaded here and not above: help and wrong flags are answered without loading CDKTF.
    const { rehearse } = require('../../lab/rehearse') as typeof import('../../lab/rehearse');
    const { json, expect, once, keep, ...numbers } = flags;
    const { concurrency = Math.min(rehearsalDefaults.concurrency, flags.requests) } = numbers;
    const { passed, report } = await rehearse(
      {
        ...numbers,
        concurrency,
        expectation: expect,
        once: once === true || !(keep || process.stdout.isTTY),
        directory,
        projectDirectory: process.cwd(),
        signal: AbortSignal.any([interruption.signal, readerGone]),
      },
      events,
    );
    view.close();
    if (interruption.signal.aborted && !isUp) return exitCodes.interrupted;
    refuseWithoutReader();
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${summarize(report)}`);
    if (!json) process.stdout.write(`\nThe whole report: ${reportFiles(directory).json}\n`);
    return passed ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    view.close();
    if (!interruption.signal.aborted) {
      refuseWithoutReader();
      throw error;
    }
    if (!isAbort(error)) process.stderr.write(`${explain(error, directory)}\n`);
    return exitCodes.interrupted;
  } finally {
    unsubscribe();
    interruption.release();
  }
}

function refuseWithoutReader(): void {
  if (!readerGone.aborted) return;
  throw new ServiceError(
    'OutputClosed',
    'the reader of the output went away, so the rehearsal was ended and cleaned up; to watch only a part, write to a file',
  );
}

function number(flag: NumberFlag, placeholder: string, description: string, fallback?: number): Option {
  const { min, max } = flagRanges[flag];
  return new Option(`${flag} ${placeholder}`, `${description}, ${min} to ${max}`)
    .default(fallback)
    .argParser((value) => parseNumberFlag(flag, value));
}
