import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { AutoscaledService, type AutoscaledServiceProps } from '../../modules';
import { writeFakeRelease } from '../support/release-fixture';

/** A block of Terraform's JSON syntax, read as far as a test asks. */
export type Block = { readonly [key: string]: unknown };
export interface Configuration {
  readonly resource: Record<string, Record<string, Block>>;
  readonly data: Record<string, Record<string, Block>>;
}

/** The JSON that Terraform gets for a stack, checked as `cdktf synth` checks it, in a folder with a release. */
export function synthesize(build: (stack: TerraformStack) => void): Configuration {
  const project = mkdtempSync(join(tmpdir(), 'synthesize-'));
  const before = process.cwd();
  try {
    process.chdir(project);
    writeFakeRelease(join(project, '.release'));
    writeFakeRelease(join(project, 'arm'), 'arm64');
    const stack = new TerraformStack(new App({ outdir: join(project, 'cdktf.out') }), 'stack');
    new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
    build(stack);
    return JSON.parse(Testing.synth(stack, true));
  } finally {
    process.chdir(before);
    rmSync(project, { recursive: true });
  }
}

/** One service named `web`, and what else is given. The folder `arm` has a release for Graviton processors. */
export function synthesizeService(props: Partial<AutoscaledServiceProps> = {}): Configuration {
  return synthesize((stack) => {
    new AutoscaledService(stack, 'Service', { name: 'web', ...props });
  });
}

/** The arguments of a resource or, with `data.` in front, of a data source. */
export function at({ resource, data }: Configuration, address: string): Block {
  const [id = '', type = '', isData] = address.split('.').reverse();
  const block = (isData === undefined ? resource : data)[type]?.[id];
  if (block === undefined)
    throw new Error(`${address} is not in ${addressesOf({ resource, data }).join(', ')}`);
  return block;
}

export function addressesOf({ resource, data }: Configuration): string[] {
  const list = (kind: Record<string, Record<string, Block>>, prefix: string) =>
    Object.entries(kind).flatMap(([type, blocks]) =>
      Object.keys(blocks).map((id) => `${prefix}${type}.${id}`),
    );
  return [...list(data, 'data.'), ...list(resource, '')].sort();
}
