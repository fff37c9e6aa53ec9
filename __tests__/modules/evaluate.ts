/**
 * Computes the few Terraform expressions that the constructs write: strings with references, lists, objects and
 * calls of eight functions. What these tests take for Terraform's answer, the system tests ask Terraform itself.
 */
export function evaluate(template: unknown, references: Record<string, unknown> = {}): unknown {
  const text = String(template);
  if (!text.startsWith('${') || !text.endsWith('}')) throw new Error(`no expression: ${text}`);
  const reader = new Reader(text.slice(2, -1), references);
  const value = reader.expression();
  reader.expectEnd();
  return value;
}

/** What Terraform knows of a service when it writes user data. */
export function bootReferences(service: string): Record<string, unknown> {
  return {
    [`data.aws_region.${service}.id`]: 'eu-central-1',
    [`aws_s3_bucket.${service}_releases.id`]: `${service}-releases-20261125`,
    [`aws_s3_object.${service}_app.version_id`]: 'app.Version_1',
    [`aws_s3_object.${service}_node.version_id`]: 'node.Version_1',
  };
}

const functions: Record<string, (...args: never[]) => unknown> = {
  base64encode: (text: string) => Buffer.from(text).toString('base64'),
  jsonencode: (value: unknown) =>
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  compact: (list: (string | null)[]) => list.filter((each) => each !== null && each !== ''),
  merge: (...maps: object[]) => Object.assign({}, ...maps),
  concat: (...lists: unknown[][]) => lists.flat(),
  join: (separator: string, parts: string[]) => parts.join(separator),
  one: (list: unknown[]) => list[0] ?? null,
  replace: (text: string, pattern: string, replacement: string) =>
    text.replace(new RegExp(pattern.slice(1, -1), 'g'), replacement),
};

class Reader {
  private position = 0;
  constructor(
    private readonly text: string,
    private readonly references: Record<string, unknown>,
  ) {}

  expression(): unknown {
    this.skip(/\s*/y);
    if (this.take('"')) return this.template();
    if (this.take('[')) return this.list(']', () => this.expression());
    if (this.take('{')) return Object.fromEntries(this.list('}', () => this.entry()) as [string, unknown][]);
    const number = this.skip(/-?\d+(\.\d+)?/y);
    if (number !== '') return Number(number);
    const name = this.skip(/[\w.[\]*"-]+/y);
    if (name === 'true' || name === 'false') return name === 'true';
    if (!this.take('(')) return this.reference(name);
    const apply = functions[name];
    if (apply === undefined) throw new Error(`unknown function ${name}`);
    return apply(...(this.list(')', () => this.expression()) as never[]));
  }

  expectEnd(): void {
    if (this.position !== this.text.length) throw new Error(`left over: ${this.text.slice(this.position)}`);
  }

  private template(): unknown {
    const parts: unknown[] = [];
    while (!this.take('"')) {
      if (this.take('$${')) parts.push('${');
      else if (this.take('%%{')) parts.push('%{');
      else if (this.take('${')) parts.push(this.interpolation());
      else if (this.take('%{')) throw new Error('a template directive that nobody meant');
      else parts.push(this.character());
    }
    return parts.length === 1 && typeof parts[0] !== 'string' ? parts[0] : parts.join('');
  }

  private character(): string {
    const escaped = this.skip(/\\(u[0-9a-f]{4}|["\\nrt])/y);
    if (escaped !== '') return JSON.parse(`"${escaped}"`);
    const character = this.skip(/[^\\\n]/y);
    if (character === '') throw new Error(`bad character at ${this.text.slice(this.position)}`);
    return character;
  }

  private interpolation(): unknown {
    const value = this.expression();
    if (!this.take('}')) throw new Error('an interpolation without an end');
    return value;
  }

  private entry(): [unknown, unknown] {
    const key = this.expression();
    this.skip(/\s*=/y);
    return [key, this.expression()];
  }

  private list(end: string, read: () => unknown): unknown[] {
    const entries: unknown[] = [];
    while (!this.take(end)) {
      entries.push(read());
      this.skip(/\s*,?\s*/y);
    }
    return entries;
  }

  private reference(name: string): unknown {
    if (!Object.hasOwn(this.references, name)) throw new Error(`no value for the reference ${name}`);
    return this.references[name];
  }

  private take(start: string): boolean {
    if (!this.text.startsWith(start, this.position)) return false;
    this.position += start.length;
    return true;
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.position += found.length;
    return found;
  }
}
