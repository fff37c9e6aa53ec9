import { readFileSync } from 'node:fs';
import { Call, fragmentsOf, terraform } from './private/expression';
import { packageFile } from './private/package-folder';
import { type AutoscaledServiceProps, serviceDefaults } from './props';
import type { StoredObject } from './release';
import { ServiceError } from './service-error';

export interface UserDataProps
  extends Pick<AutoscaledServiceProps, 'name' | 'environment' | 'secrets' | 'outboundNetwork'> {
  readonly region: string;
  readonly autoscalingGroupName: string;
  /** Name of the hook that keeps the instance out of service until it says it is ready. */
  readonly launchHookName: string;
  /** Name of the bucket that holds the release. */
  readonly releaseBucket: string;
  readonly app: StoredObject;
  readonly node: StoredObject;
  /** @default - logs are not shipped */
  readonly logGroupName?: string;
}

/**
 * The most that EC2 takes, in bytes before base64.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
 */
export const userDataLimit = 16 * 1024;

interface BootFile {
  /** Its name in `runtime/boot`. */
  readonly file: string;
  readonly path: string;
  readonly permissions: string;
}

/** The files that every instance gets, whatever its service. */
export const bootFiles: readonly BootFile[] = [
  { file: 'common.sh', path: '/usr/local/lib/koa/common.sh', permissions: '0644' },
  { file: 'install', path: '/usr/local/lib/koa/install', permissions: '0755' },
  { file: 'activate', path: '/usr/local/lib/koa/activate', permissions: '0755' },
  { file: 'koa-activate.service', path: '/etc/systemd/system/koa-activate.service', permissions: '0644' },
];

/** One command of a shell, so that a failed `install` isn't followed by an `activate`. */
const command = '/usr/local/lib/koa/install && systemctl start koa-activate.service';

/**
 * The user data of an instance, in base64: a `#cloud-config` document that writes the boot programs and the service's
 * settings, and starts the first of the programs. Its body is JSON, which is YAML too, so that a program without a
 * YAML parser can read it. Throws UserDataTooLarge when what is known at synth is already over 16 KB.
 * @see https://cloudinit.readthedocs.io/en/latest/reference/modules.html#write-files
 */
export function userData(props: UserDataProps): string {
  const files = [
    writtenFile(
      '/etc/koa/environment',
      '0640',
      environmentLines({ SERVICE_NAME: props.name, ...props.environment }),
    ),
    writtenFile('/etc/koa/settings', '0644', environmentLines(settingsOf(props))),
    ...bootFiles.map(({ file, path, permissions }) => writtenFile(path, permissions, [bootFile(file)])),
  ];
  const start = '#cloud-config\n{"write_files":[';
  const end = `],"runcmd":${JSON.stringify([command])}}\n`;
  const sizes = [start, end, ...files.map(({ known }) => known)].map((text) => Buffer.byteLength(text));
  checkSize(sizes.reduce((sum, size) => sum + size, files.length - 1));
  const list = files.flatMap(({ json }, index) => (index === 0 ? [json] : [',', json]));
  return terraform(new Call('base64encode', new Call('join', '', joinedTexts([start, ...list, end]))));
}

/** A file for cloud-init to write, as JSON; and what of that is known at synth. */
function writtenFile(path: string, permissions: string, content: readonly (string | Call)[]) {
  const file = { path, owner: 'root:root', permissions };
  const text = content.filter(isText).join('');
  // As it is, where it can be: jsonencode would write each < and & of a script as six bytes.
  if (content.every(isText)) {
    const json = JSON.stringify({ ...file, content: text });
    return { json, known: json };
  }
  return {
    json: new Call('jsonencode', { ...file, content: new Call('join', '', content) }),
    known: terraformJson({ ...file, content: text }),
  };
}

/** Without its comments, which would take a seventh of what EC2 allows; they are in the repository. */
function bootFile(name: string): string {
  return readFileSync(packageFile(`runtime/boot/${name}`), 'utf8').replace(/^\s*#(?!!).*\n/gm, '');
}

function checkSize(bytes: number): void {
  if (bytes <= userDataLimit) return;
  throw new ServiceError(
    'UserDataTooLarge',
    `The user data has ${bytes} bytes and EC2 takes ${userDataLimit}; environment holds too much: put large values into SSM parameters or S3 and let the service read them.`,
  );
}

/** What the boot programs read; all of it is there, empty where it says nothing. */
function settingsOf(props: UserDataProps): Record<string, string> {
  const { app, node, secrets = {}, outboundNetwork = serviceDefaults.outboundNetwork } = props;
  return {
    SERVICE_NAME: props.name,
    AWS_REGION: props.region,
    AUTO_SCALING_GROUP: props.autoscalingGroupName,
    LIFECYCLE_HOOK: props.launchHookName,
    RELEASE_BUCKET: props.releaseBucket,
    RELEASE_KEY: app.key,
    RELEASE_VERSION_ID: app.versionId,
    RELEASE_SHA256: app.sha256,
    NODE_KEY: node.key,
    NODE_VERSION_ID: node.versionId,
    NODE_SHA256: node.sha256,
    SECRETS: Object.entries(secrets)
      .map(([secret, parameter]) => `${secret}=${parameter}`)
      .join(' '),
    OUTBOUND: outboundNetwork,
    LOG_GROUP: props.logGroupName ?? '',
  };
}

function environmentLines(variables: Readonly<Record<string, string>>): (string | Call)[] {
  return joinedTexts(Object.entries(variables).flatMap(([key, value]) => environmentLine(key, value)));
}

/** With texts that follow one another as one, so that a plan is easier to read. */
function joinedTexts(parts: readonly (string | Call)[]): (string | Call)[] {
  const joined: (string | Call)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (isText(part) && last !== undefined && isText(last)) joined.splice(-1, 1, last + part);
    else joined.push(part);
  }
  return joined;
}

/**
 * `KEY="value"` and a newline, in the syntax of systemd.exec(5), EnvironmentFile=: between double quotes a
 * backslash makes `"`, `\`, `` ` `` and `$` literal, as in a POSIX shell, which may read the file too. A value that
 * only Terraform knows gets its backslashes from Terraform.
 */
function environmentLine(key: string, value: string): readonly (string | Call)[] {
  const parts = fragmentsOf(value).map(({ text, isReference }) =>
    isReference ? new Call('replace', text, '/(["\\\\$`])/', '\\$1') : text.replace(/["\\$`]/g, '\\$&'),
  );
  return [`${key}="`, ...parts, '"\n'];
}

function isText(part: string | Call): part is string {
  return typeof part === 'string';
}

/** The bytes that Terraform's jsonencode writes: it escapes what could end a script element in HTML. */
function terraformJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, '\\u0000');
}
