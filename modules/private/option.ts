import { Fn, propertyAccess, type TerraformResource, Token } from 'cdktf';
import { expression } from './expression';

const presence = Symbol('presence');

/**
 * Settings that are there only where a Terraform expression is true, such as `var.https != null`: as a Terraform
 * module has them, whose user decides at plan. They go wherever settings known at synth go; {@link Option} tells
 * the two apart.
 */
export function presentIf<T extends object>(condition: string, settings: T): T {
  return Object.assign({}, settings, { [presence]: condition });
}

/**
 * A feature that may be left out, in its two modes. Of settings known at synth, what is absent has no resource. Of
 * settings that {@link presentIf} made, each resource has a `count` and is referred to through `one()`, which is null
 * where there is none.
 */
export class Option<T extends object> {
  private constructor(
    readonly settings: T,
    /** A Terraform expression; undefined where the feature is there for sure. */
    readonly condition: string | undefined,
  ) {}

  /** Undefined where the feature is absent for sure: nothing is made then. */
  static of<T extends object>(settings: T | undefined): Option<T> | undefined {
    if (settings === undefined) return undefined;
    const condition: unknown = Reflect.get(settings, presence);
    return new Option(settings, typeof condition === 'string' ? condition : undefined);
  }

  /** Makes a resource as optional as the feature it belongs to. */
  gated<R extends TerraformResource>(resource: R): R {
    if (this.condition !== undefined) resource.addOverride('count', `\${${this.condition} ? 1 : 0}`);
    return resource;
  }

  /** An attribute of a {@link gated} resource, by Terraform's name for it. */
  attribute(resource: TerraformResource, name: string): string {
    if (this.condition === undefined) return resource.getStringAttribute(name);
    return Token.asString(Fn.one(Token.asList(propertyAccess(resource.fqn, ['*', name]))));
  }

  /** A value where the feature is there, and another where it isn't, both Terraform's to compute or known. */
  choose(present: string, absent: string): string {
    return this.condition === undefined
      ? present
      : Token.asString(Fn.conditional(expression(this.condition), present, absent));
  }
}
