/** The page of all options, from what the source says of them. Pure. */
import type { Setting, Shape } from './read-options';

type Shapes = ReadonlyMap<string, Shape>;

const introduction = `# Options

Every setting of a service, as [\`modules/props/\`](../modules/props/) documents it. \`npm run docs:options\` writes this page,
and a test fails where it differs from the source. In \`cdktf.json\` they stand under \`context.service\`, beside \`region\`;
in a stack of your own they are the props of \`AutoscaledService\`.
`;

/** @param root the interface that all others are reached from */
export function optionsPage(shapes: Shapes, root: string): string {
  return `${[introduction, ...reachedFrom(root, shapes).map((place) => section(place, shapes))].join('\n')}`;
}

interface Place {
  readonly shape: Shape;
  /** Path of the setting that takes it, such as `network`; empty for the service itself. */
  readonly path: string;
}

/** Each shape once, where it is met first, in the order in which somebody reads down the settings. */
export function reachedFrom(root: string, shapes: Shapes): Place[] {
  const places = new Map<string, Place>();
  const visit = (name: string, path: string) => {
    const shape = shapes.get(name);
    if (shape === undefined || places.has(name)) return;
    places.set(name, { shape, path });
    if ('oneOf' in shape) {
      for (const alternative of shape.oneOf) visit(alternative, path);
      return;
    }
    for (const setting of shape.settings) {
      for (const used of namesIn(setting.type))
        visit(used, path === '' ? setting.name : `${path}.${setting.name}`);
    }
  };
  visit(root, '');
  return [...places.values()];
}

function section({ shape, path }: Place, shapes: Shapes): string {
  const { name, documentation } = shape;
  const heading = path === '' ? `## ${name}` : `## ${name}\n\nIn \`${path}\`.`;
  const said = [documentation.text, ...documentation.see.map(link)].filter((text) => text !== '').join(' ');
  const body =
    'oneOf' in shape
      ? `One of ${shape.oneOf.map((type) => typeText(type, shapes)).join(', ')}.`
      : table(shape.settings, shapes);
  return [heading, said, body]
    .filter((text) => text !== '')
    .join('\n\n')
    .concat('\n');
}

function table(settings: readonly Setting[], shapes: Shapes): string {
  const rows = settings.map(({ name, type, optional, documentation }) => {
    const { text, defaultValue, see } = documentation;
    const fallback = optional ? (defaultValue ?? '').replace(/^- /, '') : '**required**';
    return [`\`${name}\``, typeText(type, shapes), fallback, [text, ...see.map(link)].join(' ').trim()];
  });
  return [['setting', 'type', 'default', 'what it is'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
    .join('\n');
}

/** A type whose names lead to their sections. */
function typeText(type: string, shapes: Shapes): string {
  const known = namesIn(type).filter((name) => shapes.has(name));
  if (known.length === 0) return `\`${type}\``;
  if (known.length === 1 && known[0] === type) return `[${type}](#${type.toLowerCase()})`;
  return `\`${type}\`: ${known.map((name) => `[${name}](#${name.toLowerCase()})`).join(', ')}`;
}

function namesIn(type: string): string[] {
  return [...new Set(type.match(/\b[A-Z]\w+/g) ?? [])];
}

function link(address: string): string {
  return /^https?:\S+$/.test(address) ? `[more](${address})` : address;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
