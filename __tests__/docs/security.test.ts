import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/lab-fixture';
import type { Control } from '../support/security/control';
import { controls } from '../support/security/controls';

const file = join(repository, 'docs/security.md');
const marker = '<!-- controls: written by npm run docs:security -->\n';

const rows = controls.map(({ id, title, notByDefault }: Control) => {
  const otherwise = notByDefault === undefined ? '' : `no: ${notByDefault.reason}`;
  return `| ${id} | ${title} | ${otherwise || 'yes'} | ${notByDefault?.metBy?.words ?? ''} |`;
});
const table = [
  '| control | what must be so | by default | met by |',
  '| --- | --- | --- | --- |',
  ...rows,
].join('\n');

test('docs/security.md says of each control what the tests have shown (npm run docs:security writes it)', () => {
  const [introduction] = readFileSync(file, 'utf8').split(marker);
  const written = `${introduction}${marker}\n${table}\n`;
  if (process.env.DOCS === 'write') writeFileSync(file, written);
  expect(readFileSync(file, 'utf8')).toBe(written);
});
