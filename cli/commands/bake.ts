import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { ServiceError } from '../../modules/service-error';
import { examples } from '../examples';
import { exitCodes } from '../failure';
import { parseNumberFlag } from '../flags';
import { isAbort, onInterruption } from '../interruption';

interface BakeFlags {
  readonly launchTemplate: string;
  readonly parameter: string;
  readonly image?: string;
  readonly subnet?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Seconds: an install takes one to three minutes on a t3.micro. */
const defaultTimeout = 900;

export function bakeCommand(setExitCode: (code: number) => void): Command {
  return new Command('bake')
    .description(
      "Make a golden image: an instance of the service's launch template installs what an image can hold, becomes an image, and is terminated. The image's id is written to an SSM parameter, from which `image: { ssmParameter }` reads it.",
    )
    .addOption(
      new Option('--launch-template <id>', "the service's launch template, its output launch_template_id")
        .argParser((value) => parseId('--launch-template', value, 'lt'))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--parameter <name>', "the SSM parameter for the image's id, such as /web/image")
        .argParser(parseParameter)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--image <id>',
        "the image to install on; else the launch template's, or what that was baked from",
      ).argParser((value) => parseId('--image', value, 'ami')),
    )
    .addOption(
      new Option('--subnet <id>', 'the subnet to bake in; else one with a way to the Internet').argParser(
        (value) => parseId('--subnet', value, 'subnet'),
      ),
    )
    .addOption(
      new Option('--timeout <seconds>', 'how long the install may take, 60 to 7200')
        .default(defaultTimeout)
        .argParser((value) => parseNumberFlag('--timeout', value)),
    )
    .option('--json', 'print the result as JSON on stdout')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      `${examples(
        'autoscaled-service bake --launch-template lt-0123456789abcdef0 --parameter /web/image',
        'autoscaled-service bake --launch-template "$(terraform output -raw launch_template_id)" --parameter /web/image --json',
      )}\n\nExit code: 0 baked, 1 failed, 2 wrong usage, 130 interrupted. The instance is terminated in each case.`,
    )
    .action(async (flags: BakeFlags) => setExitCode(await runBake(flags)));
}

async function runBake(flags: BakeFlags): Promise<number> {
  const tell = (text: string) => process.stderr.write(`${text}\n`);
  const interruption = onInterruption({
    first: () =>
      tell('Interrupted: terminating the instance. Ctrl-C again ends at once and leaves it running.'),
    second: () => tell('Ended at once. An instance named …-bake may still run: terminate it.'),
  });
  // Loaded here and not above: help and wrong flags are answered without the SDK.
  const { bake } = require('../../bake/bake') as typeof import('../../bake/bake');
  const { connectToAws } = require('../../bake/aws-cloud') as typeof import('../../bake/aws-cloud');
  try {
    const cloud = await connectToAws(process.env);
    try {
      const baked = await bake(
        {
          launchTemplateId: flags.launchTemplate,
          parameter: flags.parameter,
          installSeconds: flags.timeout,
          ...(flags.image === undefined ? {} : { imageId: flags.image }),
          ...(flags.subnet === undefined ? {} : { subnetId: flags.subnet }),
        },
        {
          cloud,
          tell,
          now: Date.now,
          wait: (milliseconds) => sleep(milliseconds, undefined, { signal: interruption.signal }),
          signal: interruption.signal,
        },
      );
      process.stdout.write(`${flags.json ? JSON.stringify(baked, null, 2) : baked.imageId}\n`);
      return exitCodes.ok;
    } finally {
      cloud.destroy();
    }
  } catch (error) {
    if (!interruption.signal.aborted || !isAbort(error)) throw error;
    return exitCodes.interrupted;
  } finally {
    interruption.release();
  }
}

function parseId(flag: string, value: string, prefix: string): string {
  if (new RegExp(`^${prefix}-[0-9a-f]{8,17}$`).test(value)) return value;
  throw new ServiceError(
    'FlagInvalid',
    `${flag} is ${JSON.stringify(value)}; give an id such as ${prefix}-0123456789abcdef0`,
  );
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
function parseParameter(value: string): string {
  if (/^\/?[\w.-]+(\/[\w.-]+)*$/.test(value) && !/^\/?(aws|ssm)/i.test(value)) return value;
  throw new ServiceError(
    'FlagInvalid',
    `--parameter is ${JSON.stringify(value)}; give a name such as /web/image, which doesn't begin with aws or ssm`,
  );
}
