import { join } from 'node:path';
import { ensurePythonEnvironment, type InstallOptions } from '../host/python-environment';

export interface MotoInstallOptions extends Omit<InstallOptions, 'program' | 'requirementsFile'> {
  /** @default moto's, pinned */
  readonly requirementsFile?: string;
}

/** @returns the Python that has moto @throws what {@link ensurePythonEnvironment} throws */
export function ensureMoto(options: MotoInstallOptions): Promise<string> {
  return ensurePythonEnvironment({
    ...options,
    program: { name: 'moto', megabytes: 140 },
    requirementsFile: options.requirementsFile ?? join(__dirname, 'requirements.txt'),
  });
}
