import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { AutoscaledService, type AutoscaledServiceProps } from '../../modules';

/** A block of Terraform's JSON syntax, read as far as a test asks. */
export type Block = { readonly [key: string]: unknown };
export interface Configuration {
  readonly resource: Record<string, Record<string, Block>>;
  readonly data: Record<string, Record<string, Block>>;
}

/** The JSON that Terraform gets for a stack, checked as `cdktf synth` checks it. */
export function synthesize(build: (stack: TerraformStack) => void): Configuration {
  const outdir = mkdtempSync(join(tmpdir(), 'synthesize-'));
  try {
    const stack = new TerraformStack(new App({ outdir }), 'stack');
    new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
    build(stack);
    return JSON.parse(Testing.synth(stack, true));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** One service named `web`, and what else is given. */
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
