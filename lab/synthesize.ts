/** Runs the project's own CDKTF app, the way `cdktf synth` does: the same command, context and output folder rules. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatingSystem } from '../modules/props';
import { ServiceError } from '../modules/service-error';
import { readServiceSettings, type ServiceSettings } from '../modules/settings';

/** What a rehearsal may ask of the service that cdktf.json does not say. */
export interface SettingsOverrides {
  /** Percent. */
  readonly cpuTarget?: number;
  readonly minCapacity?: number;
  readonly maxCapacity?: number;
  /** In place of whatever image the service names. */
  readonly os?: OperatingSystem;
  /** The SSM parameter with the image's id, in place of any other image. */
  readonly imageParameter?: string;
}

export interface ServiceContext {
  readonly settings: ServiceSettings;
  /** As the app is given it. */
  readonly context: Record<string, unknown>;
}

interface CdktfJson {
  readonly app?: string;
  readonly context?: Record<string, unknown>;
}

/** @throws ServiceError for settings that the app would refuse, before anything is started. */
export function readServiceContext(projectDirectory: string, overrides: SettingsOverrides): ServiceContext {
  const { context = {} } = readCdktfJson(projectDirectory);
  const service = { ...(context.service as Record<string, unknown> | undefined), ...given(overrides) };
  const merged = { ...context, service };
  return { settings: readServiceSettings(merged), context: merged };
}

export interface Synthesized {
  /** The name of the stack, which is the service's. */
  readonly stack: string;
  /** Holds `cdk.tf.json`. */
  readonly stackDirectory: string;
}

/**
 * @throws ServiceError `SynthesisFailed` with what the app printed. Nothing of the lab is in the app's environment,
 *   so that what it writes is what a deployment would apply.
 */
export async function synthesize(
  projectDirectory: string,
  { settings, context }: ServiceContext,
  outputDirectory: string,
): Promise<Synthesized> {
  const { app } = readCdktfJson(projectDirectory);
  if (app === undefined) throw new ServiceError('CdktfJsonUnreadable', 'cdktf.json names no app to run');
  rmSync(outputDirectory, { recursive: true, force: true });
  mkdirSync(outputDirectory, { recursive: true });
  await run(app, projectDirectory, {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    CDKTF_OUTDIR: outputDirectory,
    CDKTF_CONTEXT_JSON: JSON.stringify(context),
  });
  const stack = settings.service.name;
  return { stack, stackDirectory: join(outputDirectory, 'stacks', stack) };
}

function run(command: string, cwd: string, env: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    // The command line of cdktf.json is for a shell, as cdktf-cli runs it.
    execFile('/bin/sh', ['-c', command], { cwd, env }, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else
        reject(
          new ServiceError('SynthesisFailed', `\`${command}\` failed: ${stderr.trim() || error.message}`),
        );
    });
  });
}

function readCdktfJson(projectDirectory: string): CdktfJson {
  const file = join(projectDirectory, 'cdktf.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CdktfJson;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError('CdktfJsonUnreadable', `${file} can't be read as JSON: ${reason}`, { cause });
  }
}

function given({ os, imageParameter, ...overrides }: SettingsOverrides): Record<string, unknown> {
  const published = os === undefined ? undefined : { os };
  const image = imageParameter === undefined ? published : { ssmParameter: imageParameter };
  return Object.fromEntries(
    Object.entries({ ...overrides, image }).filter(([, value]) => value !== undefined),
  );
}
