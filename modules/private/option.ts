import { Fn, propertyAccess, type TerraformResource, Token } from 'cdktf';
import { expression } from './expression';
import { conditionOf } from './presence';

export { presentIf } from './presence';

/**
 * A feature that may be left out, in its two modes. Of settings known at synth, what is absent has no resource. Of
 * settings that `presentIf` made, each resource has a `count` and is referred to through `one()`, which is null
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
    return settings === undefined ? undefined : new Option(settings, conditionOf(settings));
  }

  /** A feature that is there only together with this one, and that may be left out by itself besides. */
  within<I extends object>(settings: I | undefined): Option<I> | undefined {
    if (settings === undefined) return undefined;
    const inner = conditionOf(settings);
    if (this.condition === undefined || inner === undefined)
      return new Option(settings, inner ?? this.condition);
    // Not `&&`: before Terraform 1.12 that looks at both sides, and the inner one may be an attribute of null.
    return new Option(settings, `(${this.condition} ? ${inner} : false)`);
  }

  /** Makes a resource as optional as the feature it belongs to. */
  gated<R extends TerraformResource>(resource: R): R {
    if (this.condition !== undefined) resource.addOverride('count', `\${${this.condition} ? 1 : 0}`);
    return resource;
  }

  /** The same for a resource of which there is one for each entry of a list: it can't have a `count` besides. */
  gatedEach<R extends TerraformResource>(resource: R, entries: readonly string[]): R {
    const each = Fn.toset([...entries]);
    resource.addOverride('for_each', this.choose(Token.asString(each), Token.asString(Fn.toset([]))));
    return resource;
  }

  /** An attribute of a {@link gated} resource, by Terraform's name for it. */
  attribute(resource: TerraformResource, name: string): string {
    if (this.condition === undefined) return resource.getStringAttribute(name);
    return Token.asString(Fn.one(Token.asList(propertyAccess(resource.fqn, ['*', name]))));
  }

  /** Puts a block into a resource, as optional as the feature it belongs to. Names and arguments are Terraform's. */
  addBlock(resource: TerraformResource, name: string, block: object): void {
    if (this.condition === undefined) resource.addOverride(name, block);
    else this.#addDynamicBlock(resource, name, block, `${this.condition} ? [1] : []`);
  }

  /** Puts a block into a resource for where the feature is absent, which may be decided at plan. */
  addBlockInstead(resource: TerraformResource, name: string, block: object): void {
    if (this.condition === undefined) return;
    this.#addDynamicBlock(resource, name, block, `${this.condition} ? [] : [1]`);
  }

  #addDynamicBlock(resource: TerraformResource, name: string, content: object, forEach: string): void {
    resource.addOverride(`dynamic.${name}`, { for_each: `\${${forEach}}`, content });
  }

  /** A value where the feature is there; null, which leaves an argument out, where it isn't. */
  orNull(present: string): string {
    return this.condition === undefined
      ? present
      : Token.asString(Fn.conditional(expression(this.condition), present, Token.nullValue()));
  }

  /** A value where the feature is there, and another where it isn't, both Terraform's to compute or known. */
  choose(present: string, absent: string): string {
    return this.condition === undefined
      ? present
      : Token.asString(Fn.conditional(expression(this.condition), present, absent));
  }
}
