/** Stacks around one service, synthesized into folders that Terraform can work in. */
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { AutoscaledService, allowProviderRange } from '../../modules';
import type { Configuration } from './configurations';
import { region } from './lab-fixture';
import { writeFakeRelease } from './release-fixture';

/**
 * Writes the stack `name` with a service of that name, and says in which folder. Releases lie beside it: `.release`,
 * and `arm` with a Node for Graviton processors.
 */
export function writeStack(directory: string, name: string, { props }: Configuration): string {
  const before = process.cwd();
  try {
    process.chdir(directory);
    writeFakeRelease(join(directory, '.release'));
    writeFakeRelease(join(directory, 'arm'), 'arm64');
    const app = new App({ outdir: join(directory, 'cdktf.out') });
    const stack = new TerraformStack(app, name);
    new AwsProvider(stack, 'aws', { region });
    allowProviderRange(stack);
    new AutoscaledService(stack, 'Service', {
      ...(typeof props === 'function' ? props(stack) : props),
      name,
    });
    app.synth();
    return join(directory, 'cdktf.out', 'stacks', name);
  } finally {
    process.chdir(before);
  }
}
