/** Runs the project's own CDKTF app, the way `cdktf synth` does: the same command, context and output folder rules. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readCdktfJson } from '../modules/cdktf-json';
import type { OperatingSystem } from '../modules/props';
import { ServiceError } from '../modules/service-error';
import { readServiceSettings, type ServiceSettings } from '../modules/settings';
import type { Processes } from './host/processes';

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

/** @throws ServiceError for settings that the app would refuse, before anything is started. */
export function readServiceContext(projectDirectory: string, overrides: SettingsOverrides): ServiceContext {
  const { context } = readCdktfJson(projectDirectory);
  const merged = { ...context, service: overlay(context.service, given(overrides)) };
  return { settings: readServiceSettings(merged), context: merged };
}

/** What is no object is left to those who refuse it: laid over an empty one, it would be something else. */
function overlay(service: unknown, overrides: Record<string, unknown>): unknown {
  if (typeof service !== 'object' || service === null || Array.isArray(service)) return service;
  return { ...service, ...overrides };
}

export interface Synthesized {
  /** The name of the stack, which is the service's. */
  readonly stack: string;
  /** Holds `cdk.tf.json`. */
  readonly stackDirectory: string;
}

export interface SynthesisOptions {
  readonly processes: Processes;
  readonly projectDirectory: string;
  /** Emptied first. */
  readonly outputDirectory: string;
  /** What the app prints. */
  readonly logFile: string;
  /** Ends the app. */
  readonly signal?: AbortSignal;
}

/**
 * @throws ServiceError `SynthesisFailed` with what the app printed; the signal's reason. Nothing of the lab is in the
 *   app's environment, so that what it writes is what a deployment would apply.
 */
export async function synthesize(
  { settings, context }: ServiceContext,
  options: SynthesisOptions,
): Promise<Synthesized> {
  const { projectDirectory, outputDirectory } = options;
  const { app } = readCdktfJson(projectDirectory);
  if (app === undefined) throw new ServiceError('CdktfJsonUnreadable', 'cdktf.json names no app to run');
  rmSync(outputDirectory, { recursive: true, force: true });
  mkdirSync(outputDirectory, { recursive: true });
  await run(app, options, {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    CDKTF_OUTDIR: outputDirectory,
    CDKTF_CONTEXT_JSON: JSON.stringify(context),
  });
  const stack = settings.service.name;
  return { stack, stackDirectory: join(outputDirectory, 'stacks', stack) };
}

async function run(command: string, options: SynthesisOptions, env: Record<string, string>): Promise<void> {
  const { processes, projectDirectory, logFile, signal } = options;
  signal?.throwIfAborted();
  rmSync(logFile, { force: true });
  // The command line of cdktf.json is for a shell, as cdktf-cli runs it.
  const shell = await processes.start('synthesis', '/bin/sh', ['-c', command], {
    cwd: projectDirectory,
    env,
    logFile,
  });
  const stop = () => void shell.stop();
  signal?.addEventListener('abort', stop, { once: true });
  const how = await shell.ended;
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (how === 'exit code 0') return;
  const reason = readFileSync(logFile, 'utf8').trim() || how;
  throw new ServiceError('SynthesisFailed', `\`${command}\` failed: ${reason}`);
}

function given({ os, imageParameter, ...overrides }: SettingsOverrides): Record<string, unknown> {
  const published = os === undefined ? undefined : { os };
  const image = imageParameter === undefined ? published : { ssmParameter: imageParameter };
  return Object.fromEntries(
    Object.entries({ ...overrides, image }).filter(([, value]) => value !== undefined),
  );
}
