import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceDefaults } from '../../modules';
import { readShapes, type Setting } from '../../scripts/options-docs/read-options';
import { optionsPage, reachedFrom } from '../../scripts/options-docs/write-options';
import { repository } from '../support/lab-fixture';

const root = 'AutoscaledServiceProps';
const shapes = readShapes(join(repository, 'modules/props'));
const reached = reachedFrom(root, shapes);
const settings = reached.flatMap(({ shape, path }) =>
  'settings' in shape
    ? shape.settings.map((setting) => ({
        setting,
        at: path === '' ? setting.name : `${path}.${setting.name}`,
        shape,
      }))
    : [],
);

test('docs/options.md is what the source says (npm run docs:options writes it)', () => {
  expect(readFileSync(join(repository, 'docs/options.md'), 'utf8')).toBe(optionsPage(shapes, root));
});

test('every shape that the settings use is on the page', () => {
  const names = new Set(reached.map(({ shape }) => shape.name));
  const unreached = [...shapes.values()].filter(({ name }) => name.endsWith('Props') && !names.has(name));
  expect(unreached.map(({ name }) => name)).toEqual([]);
});

test.each(settings.map(({ at, setting, shape }) => [at, setting, shape] as const))(
  '%s says what it is, its default where it has one, and where AWS says more',
  (_at, setting, shape) => {
    const { text, defaultValue, see } = setting.documentation;
    expect(text).not.toBe('');
    if (setting.optional) expect(defaultValue).toBeDefined();
    // One page of AWS's often describes a whole group.
    if (shape.name !== root) expect([...see, ...shape.documentation.see]).not.toEqual([]);
  },
);

/** Text such as `30: AWS's 300 would …` or `t3.micro`: the value comes first. */
function statedDefault({ documentation }: Setting): string {
  return (documentation.defaultValue ?? '').split(/[:, ]/)[0] ?? '';
}

test.each(Object.entries(serviceDefaults).filter(([, value]) => typeof value !== 'object'))(
  'the default that %s states is the one in force',
  (name, value) => {
    const documented = settings.find(({ at }) => at === name);
    if (documented === undefined) throw new Error(`${name} has a default and is no setting`);
    expect(statedDefault(documented.setting)).toBe(String(value));
  },
);

test.each(
  Object.entries(serviceDefaults).flatMap(([group, values]) =>
    typeof values === 'object'
      ? Object.entries(values)
          .filter(([, value]) => typeof value !== 'object')
          .map(([name, value]) => [`${group}.${name}`, value] as const)
      : [],
  ),
)('the default that %s states is the one in force', (at, value) => {
  const documented = settings.find((each) => each.at === at);
  if (documented === undefined) throw new Error(`${at} has a default and is no setting`);
  if (documented.setting.optional) expect(statedDefault(documented.setting)).toBe(String(value));
});
