/** Secrets of the service's settings, as systemd's credentials hand them over: systemd.exec(5), LoadCredential=. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the unit calls the folder of secrets; systemd puts it in front of each file's name. */
const prefix = 'secrets_';

/**
 * A secret by its name in the settings' `secrets`. Read anew each time: keep the result where it is asked for often.
 * Where nothing was handed over, as on your own machine, an environment variable of that name stands in.
 *
 * @throws Error that names the secret and what there is to do
 */
export function readSecret(
  name: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const folder = environment.CREDENTIALS_DIRECTORY;
  if (folder === undefined || folder === '') {
    const value = environment[name];
    if (value !== undefined) return value;
    throw new Error(
      `there is no secret ${name}: systemd handed over no credentials, and the environment variable ${name} is not set`,
    );
  }
  try {
    return readFileSync(join(folder, `${prefix}${name}`), 'utf8');
  } catch (cause) {
    throw new Error(`there is no secret ${name}; name its SSM parameter in the settings' secrets`, { cause });
  }
}
