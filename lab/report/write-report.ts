import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report';
import { summarize } from './summary';

export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
}

/** Where a rehearsal leaves its report. */
export function reportFiles(directory: string): ReportFiles {
  return { json: join(directory, 'report.json'), markdown: join(directory, 'report.md') };
}

export function writeReport(directory: string, report: Report): ReportFiles {
  const files = reportFiles(directory);
  mkdirSync(directory, { recursive: true });
  replace(files.json, `${JSON.stringify(report, null, 2)}\n`);
  replace(files.markdown, summarize(report));
  return files;
}

/** Whole or not at all: a reader never meets half a report. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
