/** The project's cdktf.json, as far as a service is described there. Loads no CDKTF. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from './service-error';

export interface CdktfJson {
  /** The command line that synthesizes. */
  readonly app?: string;
  /** @default {} */
  readonly context: Readonly<Record<string, unknown>>;
}

/** @throws ServiceError `CdktfJsonUnreadable` for a file that is missing, no JSON or of another shape */
export function readCdktfJson(projectDirectory: string): CdktfJson {
  const file = join(projectDirectory, 'cdktf.json');
  const content = parse(file);
  if (!isObject(content)) throw wrong(file, 'it', content, 'an object');
  const { app, context = {} } = content;
  if (app !== undefined && typeof app !== 'string') throw wrong(file, 'app', app, 'a command line');
  if (!isObject(context)) throw wrong(file, 'context', context, 'an object');
  return { app, context };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError('CdktfJsonUnreadable', `${file} can't be read as JSON: ${reason}`, { cause });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(file: string, what: string, value: unknown, allowed: string): ServiceError {
  return new ServiceError(
    'CdktfJsonUnreadable',
    `${file} can't be used: ${what} is ${JSON.stringify(value)}; it must be ${allowed}.`,
  );
}
