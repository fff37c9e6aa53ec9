import { Call, fragmentsOf, terraform } from './private/expression';
import { ServiceError } from './service-error';

export interface UserDataProps {
  /** Name of the service. */
  readonly name: string;
  /** Environment variables of the service; their names and values are already checked. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The most that EC2 takes, in bytes before base64.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
const userDataLimit = 16 * 1024;

const header = '#cloud-config\n';

/**
 * The user data of an instance, in base64: a `#cloud-config` document that writes `/etc/<name>/environment`.
 * Its body is JSON, which is YAML too, so that a program without a YAML parser can read it. Throws
 * UserDataTooLarge when what is known at synth is already over 16 KB.
 * @see https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files
 */
export function userData({ name, environment = {} }: UserDataProps): string {
  const variables = Object.entries({ SERVICE_NAME: name, ...environment });
  const lines = variables.map(([key, value]) => environmentLine(key, value));
  const document = (content: unknown) => ({
    write_files: [{ path: `/etc/${name}/environment`, owner: 'root:root', permissions: '0640', content }],
  });
  const known = lines.flat().filter((part) => typeof part === 'string');
  const size = Buffer.byteLength(header + terraformJson(document(known.join(''))));
  if (size > userDataLimit) {
    throw new ServiceError(
      'UserDataTooLarge',
      `The user data has ${size} bytes and EC2 takes ${userDataLimit}; environment holds too much: put large values into SSM parameters or S3 and let the service read them.`,
    );
  }
  const content = known.length === lines.flat().length ? known.join('') : new Call('join', '', lines.flat());
  return terraform(
    new Call('base64encode', new Call('join', '', [header, new Call('jsonencode', document(content))])),
  );
}

/**
 * `KEY="value"` and a newline, in the syntax of systemd.exec(5), EnvironmentFile=: between double quotes a
 * backslash makes `"`, `\`, `` ` `` and `$` literal, as in a POSIX shell. A value that only Terraform knows gets
 * its backslashes from Terraform.
 */
function environmentLine(key: string, value: string): readonly (string | Call)[] {
  const parts = fragmentsOf(value).map(({ text, isReference }) =>
    isReference ? new Call('replace', text, '/(["\\\\$`])/', '\\$1') : text.replace(/["\\$`]/g, '\\$&'),
  );
  return [`${key}="`, ...parts, '"\n'];
}

/** The bytes that Terraform's jsonencode writes: it escapes what could end a script element in HTML. */
function terraformJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, '\\u0000');
}
