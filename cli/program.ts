/** The command line as a whole: its commands, and what becomes of what they throw. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ServiceError } from '../modules/service-error';
import { bakeCommand } from './commands/bake';
import { labCommand } from './commands/lab';
import { rehearseCommand } from './commands/rehearse';
import { releaseCommand } from './commands/release';
import { examples } from './examples';
import { exitCodeOf, exitCodes, explain } from './failure';
import { watchOutput } from './output';

/** Resolves with the exit code; what there is to say has been said. */
export async function run(args: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.ok;
  const program = new Command('autoscaled-service')
    .description('A Koa service on EC2 that scales itself, and its rehearsal on this machine.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', examples('autoscaled-service rehearse --once', 'autoscaled-service lab up'))
    .addCommand(rehearseCommand((code) => (exitCode = code)))
    .addCommand(labCommand((code) => (exitCode = code)))
    .addCommand(releaseCommand())
    .addCommand(bakeCommand((code) => (exitCode = code)));
  forEachCommand(program, (command) =>
    command
      .exitOverride()
      .showSuggestionAfterError()
      // Usage errors are printed below, in the one form that all errors have.
      .configureOutput({ outputError: () => {} }),
  );
  watchOutput();
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok;
    const error = thrown instanceof CommanderError ? usageError(thrown) : thrown;
    process.stderr.write(`${explain(error, '.lab')}\n`);
    return exitCodeOf(error);
  }
}

function usageError(error: CommanderError): ServiceError {
  if (error.code === 'commander.help')
    return new ServiceError('UsageInvalid', 'a command is missing; see above');
  const sentence = error.message.replace(/^error: /, '').replace(/\n/g, ' ');
  return new ServiceError('UsageInvalid', `${sentence}; -h prints what is allowed`);
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
