import { join } from 'node:path';
import { Command, Option } from 'commander';
import { nodeArchitectures } from '../../modules/private/node-runtime';
import { serviceDefaults } from '../../modules/props';
import { examples } from '../examples';

interface ReleaseFlags {
  readonly directory?: string;
  readonly architecture?: (typeof nodeArchitectures)[number];
  readonly json?: boolean;
}

export function releaseCommand(): Command {
  return new Command('release')
    .description(
      'Make what the instances run: the app, nginx configuration and units, and Node; to be uploaded.',
    )
    .option(
      '--directory <folder>',
      `where to put it; else the service's release setting, ${serviceDefaults.release} unless set`,
    )
    .addOption(
      new Option(
        '--architecture <architecture>',
        "the instances' processor; else that of the service's instance type",
      ).choices([...nodeArchitectures]),
    )
    .option('--json', 'print JSON on stdout')
    .helpOption('-h, --help', 'print this help')
    .addHelpText(
      'after',
      examples('autoscaled-service release', 'autoscaled-service release --architecture arm64 --json'),
    )
    .action(async (flags: ReleaseFlags) => {
      const { releaseOf } =
        require('../../runtime/project-release') as typeof import('../../runtime/project-release');
      const { folder, manifest } = await releaseOf(process.cwd(), {
        ...flags,
        notify: (sentence) => process.stderr.write(`${sentence}\n`),
      });
      const { app, node } = manifest;
      const lines = [app, node].map(({ file, sha256 }) => `${sha256}  ${join(folder, file)}`);
      process.stdout.write(flags.json ? `${JSON.stringify(manifest, null, 2)}\n` : `${lines.join('\n')}\n`);
    });
}
