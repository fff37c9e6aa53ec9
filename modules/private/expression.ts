import {
  DefaultTokenResolver,
  type IResolvable,
  type IResolveContext,
  StringConcat,
  Token,
  Tokenization,
} from 'cdktf';
import type { IConstruct } from 'constructs';

/** A call of one of Terraform's functions, as part of a value given to {@link terraform}. */
export class Call {
  readonly args: readonly unknown[];
  constructor(
    readonly name: string,
    ...args: readonly unknown[]
  ) {
    this.args = args;
  }
}

/**
 * A value that Terraform computes: strings, lists, objects, references to other resources and {@link Call}s.
 * What is literal comes out literally, also a `${` or `%{`; CDKTF's own functions leave those to Terraform.
 */
export function terraform(value: unknown): string {
  return computed((context) => write(value, context));
}

/** An expression in Terraform's own words, such as `var.https != null`. */
export function expression(source: string): string {
  return computed(() => source);
}

function computed(render: (context: IResolveContext) => string): string {
  const value: IResolvable = {
    creationStack: [],
    resolve: (context) => withBraces(context, () => render(context)),
    toString: () => Token.asString(value),
  };
  return Token.asString(value);
}

/** The literal parts of a string and the references between them, in order. */
export function fragmentsOf(
  value: string,
): readonly { readonly text: string; readonly isReference: boolean }[] {
  const fragments: { text: string; isReference: boolean }[] = [];
  let rest = value;
  for (const token of Tokenization.reverseString(value).tokens) {
    const marker = Token.asString(token);
    const start = rest.indexOf(marker);
    fragments.push({ text: rest.slice(0, start), isReference: false }, { text: marker, isReference: true });
    rest = rest.slice(start + marker.length);
  }
  fragments.push({ text: rest, isReference: false });
  return fragments.filter(({ text }) => text !== '');
}

/** What a value will be in the synthesized JSON. A token itself has a running number, which says nothing. */
export function resolved(scope: IConstruct, value: unknown): unknown {
  return Tokenization.resolve(value, {
    scope,
    preparing: false,
    resolver: new DefaultTokenResolver(new StringConcat()),
  });
}

function withBraces(context: IResolveContext, render: () => string): string {
  const insideExpression = context.suppressBraces;
  context.suppressBraces = false;
  const text = render();
  context.suppressBraces = insideExpression;
  return insideExpression ? text : `\${${text}}`;
}

function write(value: unknown, context: IResolveContext): string {
  if (value instanceof Call) {
    return `${value.name}(${value.args.map((each) => write(each, context)).join(', ')})`;
  }
  if (typeof value === 'string') {
    const template = fragmentsOf(value).map(({ text, isReference }) =>
      isReference ? interpolation(context.resolve(text)) : escaped(text),
    );
    return `"${template.join('')}"`;
  }
  if (Token.isUnresolved(value)) {
    const resolved: unknown = context.resolve(value);
    // A template of one interpolation has the value itself, of whatever type.
    return typeof resolved === 'string' ? `"${interpolation(resolved)}"` : write(resolved, context);
  }
  if (Array.isArray(value)) return `[${value.map((each) => write(each, context)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${entries.map(([key, each]) => `${write(key, context)} = ${write(each, context)}`).join(', ')}}`;
  }
  return String(value);
}

/** A token may also stand for a plain text (CDKTF's Lazy); that is as literal as any. */
function interpolation(resolved: unknown): string {
  const text = String(resolved);
  return text.includes('${') ? text : escaped(text);
}

/** @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences */
function escaped(literal: string): string {
  return (
    JSON.stringify(literal)
      .slice(1, -1)
      // Escape by escape, so that the second half of an escaped backslash is none of its own.
      .replace(/\\(.)/g, (sequence, of) => (of === 'b' ? '\\u0008' : of === 'f' ? '\\u000c' : sequence))
      .replace(/[$%]\{/g, (start) => `${start[0]}${start}`)
  );
}
