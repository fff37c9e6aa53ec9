import { createHash } from 'node:crypto';
import {
  TerraformDataSource,
  TerraformElement,
  TerraformOutput,
  TerraformResource,
  type TerraformStack,
} from 'cdktf';
import { ServiceError } from '../service-error';

/**
 * Gives a resource the address `<service>` or `<service>_<part>`, without CDKTF's hash: a reviewer reads it in
 * the plan, and a construct that moves in the tree keeps its resource.
 */
export function addressed<T extends TerraformElement>(service: string, element: T, part?: string): T {
  const words = part === undefined ? service : `${service}_${part}`;
  element.overrideLogicalId(words.replaceAll('-', '_'));
  return element;
}

const checkedStacks = new WeakSet<TerraformStack>();

/**
 * CDKTF writes one of two elements with the same address and drops the other without a word. Checks what stands
 * in the stack now, and all of it again at synth, the user's own resources included. Throws DuplicateAddress.
 */
export function forbidDuplicates(stack: TerraformStack): void {
  findDuplicate(stack);
  if (checkedStacks.has(stack)) return;
  checkedStacks.add(stack);
  stack.node.addValidation({
    validate: () => {
      findDuplicate(stack);
      return [];
    },
  });
}

function findDuplicate(stack: TerraformStack): void {
  const paths = new Map<string, string>();
  for (const element of stack.node.findAll()) {
    const address = addressOf(element);
    if (address === undefined) continue;
    const other = paths.get(address);
    if (other !== undefined) {
      throw new ServiceError(
        'DuplicateAddress',
        `${other} and ${element.node.path} have the same Terraform address ${address}; give one of them another name, or the services different names.`,
      );
    }
    paths.set(address, element.node.path);
  }
}

/** The address of a resource, data source or output; undefined for all else that stands in a stack. */
export function addressOf(element: unknown): string | undefined {
  if (!TerraformElement.isTerraformElement(element)) return undefined;
  const id = element.friendlyUniqueId;
  if (TerraformResource.isTerraformResource(element)) return `${element.terraformResourceType}.${id}`;
  if (TerraformDataSource.isTerraformDataSource(element))
    return `data.${element.terraformResourceType}.${id}`;
  return TerraformOutput.isTerraformOutput(element) ? `output.${id}` : undefined;
}

/**
 * A target group's name: the service's, and a hash of the arguments that force a replacement. A replacement is
 * created before the old one goes, so it needs another name; `name_prefix` would allow 6 characters.
 */
export function targetGroupName(
  service: string,
  forcingReplacement: Readonly<Record<string, string>>,
): string {
  const sorted = Object.entries(forcingReplacement).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 8);
  return `${service}-${hash}`;
}
