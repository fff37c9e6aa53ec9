const presence = Symbol('presence');

/**
 * Settings that are there only where a Terraform expression is true, such as `var.https != null`: as a Terraform
 * module has them, whose user decides at plan. They go wherever settings known at synth go. Loads no CDKTF.
 */
export function presentIf<T extends object>(condition: string, settings: T): T {
  return Object.assign({}, settings, { [presence]: condition });
}

/** The expression that decides about such settings; undefined where they are there for sure, or absent for sure. */
export function conditionOf(settings: object | undefined): string | undefined {
  const condition: unknown = settings === undefined ? undefined : Reflect.get(settings, presence);
  return typeof condition === 'string' ? condition : undefined;
}
