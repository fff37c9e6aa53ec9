import type { TerraformStack } from 'cdktf';
import type { AutoscaledServiceProps } from '../../../modules';

/** A service as somebody might run it. Real Terraform validates each, and applies it to the embedded AWS. */
export interface Configuration {
  /** What is special about it, after "a service …". */
  readonly title: string;
  /** All but its name. As a function, what stands around the service in its stack is made first. */
  readonly props: ServiceOptions | ((stack: TerraformStack) => ServiceOptions);
  /** Why the embedded AWS can't hold it: it is validated and planned with a mocked provider instead. */
  readonly notInMoto?: string;
}

export type ServiceOptions = Omit<AutoscaledServiceProps, 'name'>;
