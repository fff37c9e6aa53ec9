import type { TerraformStack } from 'cdktf';

/**
 * Lets a stack use any AWS provider from 5.100 up to 7, where the bindings pin the one they were made from: the
 * constructs use only arguments that all of them know. Call it beside `new AwsProvider(stack, …)`.
 */
export function allowProviderRange(stack: TerraformStack): void {
  stack.addOverride('terraform.required_providers.aws.version', '>= 5.100, < 7.0');
}
