/** Writes docs/options.md from the documentation comments of the settings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readShapes } from './options-docs/read-options';
import { optionsPage } from './options-docs/write-options';

const project = join(__dirname, '..');

writeFileSync(
  join(project, 'docs/options.md'),
  optionsPage(readShapes(join(project, 'modules/props')), 'AutoscaledServiceProps'),
);
