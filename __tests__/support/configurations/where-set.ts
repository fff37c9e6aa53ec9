import { type TerraformStack, TerraformVariable } from 'cdktf';
import { presentIf } from '../../../modules/private/option';

/** A toggle as a Terraform module has it: a variable that is null where the feature is absent. */
export function whereSet<T extends object>(
  stack: TerraformStack,
  name: string,
  value: object | null,
  settings: T,
): T {
  const variable = new TerraformVariable(stack, name, { type: 'object({})', nullable: true });
  variable.addOverride('default', value);
  return presentIf(`var.${name} != null`, settings);
}
