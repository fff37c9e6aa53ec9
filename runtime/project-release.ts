/** The release of the service that a project's `cdktf.json` describes. */
import { resolve } from 'node:path';
import { readCdktfJson } from '../modules/cdktf-json';
import { architectureOf } from '../modules/private/architecture';
import { type NodeArchitecture, nodeArchitectureOf } from '../modules/private/node-runtime';
import type { ReleaseManifest } from '../modules/private/release-folder';
import { serviceDefaults } from '../modules/props';
import { readServiceSettings } from '../modules/settings';
import { ensureNodeTarball } from './node-tarball';
import { makeRelease } from './release';

export interface ProjectReleaseOptions {
  /** Relative to the project. @default the service's `release` */
  readonly directory?: string;
  /** @default that of the service's `instanceType` */
  readonly architecture?: NodeArchitecture;
  /** Told a sentence where something takes a while. */
  readonly notify: (sentence: string) => void;
}

/** @throws ServiceError for settings that are refused, and what makeRelease throws */
export async function releaseOf(
  projectDirectory: string,
  options: ProjectReleaseOptions,
): Promise<{ readonly folder: string; readonly manifest: ReleaseManifest }> {
  const { folder, architecture } = chosen(projectDirectory, options);
  const directory = resolve(projectDirectory, folder);
  const manifest = await makeRelease({
    projectDirectory,
    directory,
    architecture,
    notify: options.notify,
  });
  return { folder, manifest };
}

/** Only what has to come from elsewhere, so that making the release takes no time afterwards. */
export async function fetchNodeOf(projectDirectory: string, options: ProjectReleaseOptions): Promise<void> {
  const { folder, architecture } = chosen(projectDirectory, options);
  const directory = resolve(projectDirectory, folder);
  await ensureNodeTarball({ directory, architecture, notify: options.notify });
}

function chosen(projectDirectory: string, { directory, architecture }: ProjectReleaseOptions) {
  const { service } = readServiceSettings(contextOf(projectDirectory));
  const { instanceType = serviceDefaults.instanceType, release = serviceDefaults.release } = service;
  return {
    folder: directory ?? release,
    architecture: architecture ?? nodeArchitectureOf(architectureOf(instanceType)),
  };
}

/** The CDKTF command line hands the context over; without it, it is that of the file. */
function contextOf(projectDirectory: string): Readonly<Record<string, unknown>> {
  const handed = process.env.CDKTF_CONTEXT_JSON;
  if (handed !== undefined) return JSON.parse(handed);
  return readCdktfJson(projectDirectory).context;
}
