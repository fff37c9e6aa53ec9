/** Makes one file of an app and everything that it imports: what a release holds, and what the lab runs. */
import { join, resolve } from 'node:path';
import { type BuildFailure, build } from 'esbuild';
import { ServiceError } from '../modules/service-error';

const repository = resolve(__dirname, '..');

/**
 * Bundles for Node 20 and later, as CommonJS. The same sources give the same bytes wherever the checkout lies.
 *
 * @param entry the app's first file, such as `runtime/app/main.ts`
 * @param directory where `app.cjs` is written
 * @param workingDirectory paths in the file are relative to it, so they don't tell where the checkout lies
 * @returns the path of the file
 * @throws ServiceError `AppNotBundled` with esbuild's messages: a syntax error, an import that leads nowhere
 */
export async function bundleApp(
  entry: string,
  directory: string,
  workingDirectory = repository,
): Promise<string> {
  // Not .js, which a package.json anywhere above it could declare to be an ES module.
  const outfile = join(resolve(directory), 'app.cjs');
  try {
    await build({
      entryPoints: [resolve(entry)],
      outfile,
      absWorkingDir: resolve(workingDirectory),
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      legalComments: 'eof',
      logLevel: 'silent',
    });
  } catch (cause) {
    throw new ServiceError('AppNotBundled', `${entry} could not be bundled: ${messages(cause)}`, { cause });
  }
  return outfile;
}

function messages(cause: unknown): string {
  const errors = (cause as Partial<BuildFailure>).errors ?? [];
  if (errors.length === 0) return String(cause);
  return errors
    .map(({ text, location }) => (location ? `${location.file}:${location.line}: ${text}` : text))
    .join('; ');
}
