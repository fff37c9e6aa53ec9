/** How an error reads, and which exit code stands for it. */
import { ServiceError } from '../modules/service-error';

export const exitCodes = {
  ok: 0,
  /** An error, or a rehearsal that failed. */
  failed: 1,
  /** Wrong usage, or tools are missing: nothing was started. */
  refused: 2,
  /** 128 and the signal's number, as shells have it. */
  interrupted: 130,
} as const;

const refusals = new Set(['ToolsMissing', 'TerraformUnusable', 'FlagInvalid', 'UsageInvalid']);

export function exitCodeOf(error: unknown): number {
  return error instanceof ServiceError && refusals.has(error.code) ? exitCodes.refused : exitCodes.failed;
}

/**
 * One sentence for what was foreseen; all there is to know for what was not.
 *
 * @param logs the folder that holds the logs
 */
export function explain(error: unknown, logs: string): string {
  if (error instanceof ServiceError) return `error ${error.code}: ${error.message}`;
  const known = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error Unexpected: ${known}\nThe logs are in ${logs}.`;
}
