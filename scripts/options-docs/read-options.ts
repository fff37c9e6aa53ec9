/** Reads the settings' interfaces in `modules/props/`, with what their documentation comments say. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface Setting {
  readonly name: string;
  /** As it is written in the source. */
  readonly type: string;
  readonly optional: boolean;
  readonly documentation: Documentation;
}

export interface Documentation {
  readonly text: string;
  /** What stands behind `@default`; undefined where there is none. */
  readonly defaultValue: string | undefined;
  /** Addresses behind `@see`. */
  readonly see: readonly string[];
}

/** An interface with its settings, or a union of interfaces, of which a setting takes one. */
export type Shape = {
  readonly name: string;
  readonly file: string;
  readonly documentation: Documentation;
} & ({ readonly settings: readonly Setting[] } | { readonly oneOf: readonly string[] });

/** Every shape that the settings of a service are made of, by its name. */
export function readShapes(folder: string): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const file of readdirSync(folder).sort()) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(folder, file), 'utf8'),
      ts.ScriptTarget.ES2022,
      true,
    );
    for (const statement of source.statements) {
      const shape = shapeOf(statement, source);
      if (shape !== undefined) shapes.set(shape.name, shape);
    }
  }
  return shapes;
}

function shapeOf(statement: ts.Statement, source: ts.SourceFile): Shape | undefined {
  if (ts.isInterfaceDeclaration(statement)) {
    const settings = statement.members.filter(ts.isPropertySignature).map((member) => ({
      name: member.name.getText(source),
      type: withoutModifiers(member.type?.getText(source) ?? 'unknown'),
      optional: member.questionToken !== undefined,
      documentation: documentationOf(member),
    }));
    return { ...placeOf(statement, source), settings };
  }
  if (!ts.isTypeAliasDeclaration(statement) || !ts.isUnionTypeNode(statement.type)) return undefined;
  const oneOf = statement.type.types.map((type) => type.getText(source));
  return { ...placeOf(statement, source), oneOf };
}

function placeOf(
  statement: ts.InterfaceDeclaration | ts.TypeAliasDeclaration,
  { fileName: file }: ts.SourceFile,
) {
  return { name: statement.name.text, file, documentation: documentationOf(statement) };
}

function documentationOf(node: ts.Node): Documentation {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const tags = comments.flatMap(({ tags: each }) => [...(each ?? [])]);
  const textsOf = (name: string) =>
    tags.filter(({ tagName }) => tagName.text === name).map((tag) => oneLine(textOfTag(tag)));
  return {
    text: oneLine(comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join(' ')),
    defaultValue: textsOf('default')[0],
    see: textsOf('see'),
  };
}

/** TypeScript takes the `https` of an address behind `@see` for a name, and keeps the rest as the comment. */
function textOfTag(tag: ts.JSDocTag): string {
  return tag
    .getText()
    .replace(/^@\w+\s*/, '')
    .replace(/^\s*\*+ ?/gm, '');
}

function oneLine(text: string): string {
  return text
    .replace(/\{@link\s+(\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Also without the stroke with which a union of several lines begins. */
function withoutModifiers(type: string): string {
  return type
    .replace(/\breadonly /g, '')
    .replace(/\bReadonly<(Record<.*>)>/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/^\| /, '');
}
