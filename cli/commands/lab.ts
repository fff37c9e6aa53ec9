import { join } from 'node:path';
import { Command, Option } from 'commander';
import { EventStream } from '../../lab/events';
import type { MachineKind } from '../../lab/machines/choice';
import { rehearsalDefaults } from '../../lab/rehearsal-defaults';
import { ServiceError } from '../../modules/service-error';
import { examples } from '../examples';
import { exitCodes } from '../failure';
import { parseNumberFlag } from '../flags';
import { isAbort, onInterruption } from '../interruption';
import { machinesOption } from '../machines-option';
import { exportLines } from '../shell';
import { openView } from '../view/open-view';
import { logsCommand, shellCommand } from './inside';

interface UpFlags {
  readonly speed: number;
  readonly machines?: MachineKind;
  readonly port?: number;
  readonly json?: boolean;
}

interface JsonFlag {
  readonly json?: boolean;
}

export function labCommand(setExitCode: (code: number) => void): Command {
  return new Command('lab')
    .description('The embedded AWS by itself, for `terraform`, `cdktf deploy` and `aws` of your own.')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples('autoscaled-service lab up', 'eval "$(autoscaled-service lab env)"'))
    .addCommand(up(setExitCode))
    .addCommand(down())
    .addCommand(status(setExitCode))
    .addCommand(shellCommand(setExitCode))
    .addCommand(logsCommand(setExitCode))
    .addCommand(env());
}

function up(setExitCode: (code: number) => void): Command {
  return subcommand('up', 'start the embedded AWS, leave it running, print the environment that leads to it')
    .addOption(
      new Option('--speed <factor>', 'how much faster alarms and warm-up run than on AWS, 1 to 60')
        .default(rehearsalDefaults.speed)
        .argParser((value) => parseNumberFlag('--speed', value)),
    )
    .addOption(
      new Option('--port <port>', 'port of the AWS endpoint, 1024 to 65535; else a free one').argParser(
        (value) => parseNumberFlag('--port', value),
      ),
    )
    .addOption(machinesOption())
    .addHelpText(
      'after',
      examples('autoscaled-service lab up', 'eval "$(autoscaled-service lab up)" && aws s3 ls'),
    )
    .action(async ({ json, speed, port, machines }: UpFlags) => {
      const events = new EventStream();
      const view = openView(events, process.stderr);
      const interruption = onInterruption({
        first: () => view.say('Interrupted: ending what was started. Ctrl-C again ends at once.'),
        second: () => {
          view.close();
          process.stderr.write('Ended at once. `npm run lab:down` ends what still runs.\n');
        },
      });
      try {
        const { labUp } = require('../../lab/lab-commands') as typeof import('../../lab/lab-commands');
        const directory = labDirectory();
        const lab = await labUp(
          { directory, projectDirectory: process.cwd(), speed, port, machines },
          events,
          interruption.signal,
        );
        view.close();
        print(json, lab, exportLines(lab.environment));
      } catch (error) {
        if (!interruption.signal.aborted || !isAbort(error)) throw error;
        setExitCode(exitCodes.interrupted);
      } finally {
        interruption.release();
        view.close();
      }
    });
}

function down(): Command {
  return subcommand('down', 'end the embedded AWS and everything it started')
    .addHelpText('after', examples('autoscaled-service lab down'))
    .action(async ({ json }: JsonFlag) => {
      const { labDown } = require('../../lab/lab-commands') as typeof import('../../lab/lab-commands');
      const result = await labDown({ directory: labDirectory() });
      print(
        json,
        result,
        result.stopped.length === 0 ? 'nothing was running' : `stopped ${result.stopped.join(', ')}`,
      );
    });
}

function status(setExitCode: (code: number) => void): Command {
  return subcommand('status', 'tell whether the embedded AWS runs; exit code 1 where it does not')
    .addHelpText('after', examples('autoscaled-service lab status', 'autoscaled-service lab status --json'))
    .action(async ({ json }: JsonFlag) => {
      const { labStatus } = require('../../lab/lab-commands') as typeof import('../../lab/lab-commands');
      const lab = await labStatus({ directory: labDirectory() });
      print(json, lab, lab.running ? `running since ${lab.since ?? 'an unknown time'}` : 'not running');
      setExitCode(lab.running ? exitCodes.ok : exitCodes.failed);
    });
}

function env(): Command {
  return subcommand('env', 'print the environment that leads to the embedded AWS, for `eval`')
    .addHelpText('after', examples('eval "$(autoscaled-service lab env)"'))
    .action(async ({ json }: JsonFlag) => {
      const { labStatus } = require('../../lab/lab-commands') as typeof import('../../lab/lab-commands');
      const { running, environment } = await labStatus({ directory: labDirectory() });
      if (!running || environment === undefined)
        throw new ServiceError(
          'LabNotRunning',
          'the embedded AWS is not running; `npm run lab:up` starts it',
        );
      print(json, environment, exportLines(environment));
    });
}

function subcommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print JSON on stdout')
    .helpOption('-h, --help', 'print this help');
}

function labDirectory(): string {
  return join(process.cwd(), '.lab');
}

function print(json: boolean | undefined, data: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`);
}
