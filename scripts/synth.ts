/**
 * What `cdktf.json` names as its app: makes the release, so that no deployment leaves edited code behind, then runs
 * `main.ts`, which hands it to Terraform.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ServiceError } from '../modules/service-error';
import { releaseOf } from '../runtime/project-release';

async function run(): Promise<void> {
  await releaseOf(process.cwd(), { notify: (sentence) => process.stderr.write(`${sentence}\n`) });
  // Loaded only now: it synthesizes as it is loaded.
  createRequire(__filename)(join(process.cwd(), 'main.ts'));
}

run().catch((error: unknown) => {
  if (!(error instanceof ServiceError)) throw error;
  process.stderr.write(`error ${error.code}: ${error.message}\n`);
  process.exitCode = 1;
});
