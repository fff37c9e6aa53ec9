/** Which program plays Terraform here: HashiCorp's own, or OpenTofu. */
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import { type Environment, findExecutable } from '../host/executables';

export interface TerraformBinary {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'terraform' | 'tofu';
  /** Such as `1.11.4`. */
  readonly version: string;
}

/**
 * `TERRAFORM_BINARY_NAME` (the variable that cdktf-cli reads, a name or a path), else `terraform`, else `tofu` on
 * PATH. Undefined when there is none.
 */
export function locateTerraform(env: Environment): string | undefined {
  const wanted = env.TERRAFORM_BINARY_NAME;
  if (wanted !== undefined && wanted !== '') return findExecutable(wanted, env);
  return findExecutable('terraform', env) ?? findExecutable('tofu', env);
}

/** @throws ServiceError `ToolsMissing`, or `TerraformUnusable` when the program does not tell its version. */
export function findTerraform(env: Environment = process.env): TerraformBinary {
  const path = locateTerraform(env);
  if (path === undefined) {
    const wanted = env.TERRAFORM_BINARY_NAME;
    throw new ServiceError(
      'ToolsMissing',
      wanted === undefined || wanted === ''
        ? 'neither terraform nor tofu is on PATH; install one of them, or name it in TERRAFORM_BINARY_NAME'
        : `TERRAFORM_BINARY_NAME is ${wanted}, which is no program on PATH; correct it or unset it`,
    );
  }
  return { path, ...readVersion(path) };
}

function readVersion(path: string): Pick<TerraformBinary, 'kind' | 'version'> {
  try {
    const answer = execFileSync(path, ['version', '-json'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: process.env.HOME, CHECKPOINT_DISABLE: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 30_000,
    });
    const { terraform_version: version } = JSON.parse(answer) as { terraform_version: string };
    return { kind: isTofu(path) ? 'tofu' : 'terraform', version };
  } catch (cause) {
    throw unusable(path, cause);
  }
}

export function unusable(path: string, cause?: unknown): ServiceError {
  const sentence = `${path} version -json failed; is it a working Terraform or OpenTofu?`;
  return new ServiceError('TerraformUnusable', sentence, { cause });
}

/** OpenTofu answers `version -json` under Terraform's own keys, and names itself only in the plain text. */
function isTofu(path: string): boolean {
  if (basename(path) === 'tofu') return true;
  const answer = execFileSync(path, ['version'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CHECKPOINT_DISABLE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 30_000,
  });
  return answer.startsWith('OpenTofu');
}
