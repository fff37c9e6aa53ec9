/** Wildcards and variables of policies. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */

/** What a request is made with, by condition key in lower case. A key that is not there has no value. */
export type Context = ReadonlyMap<string, readonly string[]>;

/** `*` is any text, `?` any one character. */
export function matchesPattern(pattern: string, text: string): boolean {
  return toExpression(pattern, undefined)?.test(text) ?? false;
}

/** As `matchesPattern`, with `${key}` replaced first. A variable without one value matches nothing. */
export function matchesWithVariables(pattern: string, text: string, context: Context): boolean {
  return toExpression(pattern, context)?.test(text) ?? false;
}

/** `text` with its variables replaced, wildcards left as they are; undefined where one has no value. */
export function substitute(text: string, context: Context): string | undefined {
  let known = true;
  const substituted = text.replace(variable, (_whole, key: string) => {
    const value = variableValue(key, context);
    known &&= value !== undefined;
    return value ?? '';
  });
  return known ? substituted : undefined;
}

const variable = /\$\{([^}]*)\}/g;

function toExpression(pattern: string, context: Context | undefined): RegExp | undefined {
  let source = '';
  for (const [part] of pattern.matchAll(/\$\{[^}]*\}|[\s\S]/g)) {
    if (context !== undefined && part.startsWith('${')) {
      const value = variableValue(part.slice(2, -1), context);
      if (value === undefined) return undefined;
      source += escapeExpression(value);
    } else if (part === '*') source += '[\\s\\S]*';
    else if (part === '?') source += '[\\s\\S]';
    else source += escapeExpression(part);
  }
  return new RegExp(`^${source}$`);
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves; `${key, 'text'}` has a default. */
function variableValue(expression: string, context: Context): string | undefined {
  if (['*', '?', '$'].includes(expression)) return expression;
  const [, key = '', byDefault] = /^([^,]*?)\s*(?:,\s*'(.*)')?$/s.exec(expression) ?? [];
  const values = context.get(key.toLowerCase());
  return values?.length === 1 ? values[0] : values === undefined ? byDefault : undefined;
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
