// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Token } from 'cdktf';
import { parseEnvironmentFile } from '../../lab/machines/environment-file';
import { AutoscaledService, type AutoscaledServiceProps } from '../../modules';
import { bootReferences, evaluate } from './evaluate';
import { at, type Configuration, synthesize, synthesizeService } from './synthesize';

interface WrittenFile {
  readonly path: string;
  readonly owner: string;
  readonly permissions: string;
  readonly content: string;
}

interface CloudConfig {
  readonly write_files: readonly WrittenFile[];
}

/** What EC2 hands to an instance. */
function userDataOf(configuration: Configuration, references: Record<string, unknown> = {}): string {
  const template = at(configuration, 'aws_launch_template.web').user_data;
  const encoded = evaluate(template, { ...bootReferences('web'), ...references });
  return Buffer.from(String(encoded), 'base64').toString();
}

function cloudConfigOf(configuration: Configuration, references: Record<string, unknown> = {}): CloudConfig {
  const document = userDataOf(configuration, references);
  const [header, body = ''] = [document.slice(0, 14), document.slice(14)];
  expect(header).toBe('#cloud-config\n');
  return JSON.parse(body);
}

function fileOf(path: string, configuration: Configuration, references: Record<string, unknown> = {}) {
  const file = cloudConfigOf(configuration, references).write_files.find((each) => each.path === path);
  if (file === undefined) throw new Error(`no ${path}`);
  return file;
}

function bootedWith(environment: Record<string, string>, references: Record<string, unknown> = {}) {
  return fileOf('/etc/koa/environment', synthesizeService({ environment }), references);
}

function settingsOf(props: Partial<AutoscaledServiceProps>, references: Record<string, unknown> = {}) {
  return parseEnvironmentFile(fileOf('/etc/koa/settings', synthesizeService(props), references).content);
}

/** A value that only Terraform knows. */
function reference(name: string): string {
  return Token.asString({ resolve: () => `\${${name}}`, creationStack: [] } as never);
}

/** systemd.exec(5), EnvironmentFile=: a double-quoted value, where a backslash keeps `"`, `\`, `` ` `` and `$`. */
function asSystemdReads(content: string): Record<string, string> {
  const lines = content.match(/^[^=]+="(\\[\s\S]|[^"\\])*"$/gm) ?? [];
  expect(`${lines.join('\n')}\n`).toBe(content);
  return Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 2, -1).replace(/\\(["\\`$])/g, '$1')];
    }),
  );
}

test("the service's environment is a file that only root and its group may read", () => {
  expect(bootedWith({})).toEqual({
    path: '/etc/koa/environment',
    owner: 'root:root',
    permissions: '0640',
    content: 'SERVICE_NAME="web"\n',
  });
});

describe('the settings of the boot programs', () => {
  test('are all there, and empty where they say nothing', () => {
    expect(settingsOf({})).toEqual({
      SERVICE_NAME: 'web',
      AWS_REGION: 'eu-central-1',
      AUTO_SCALING_GROUP: 'web',
      LIFECYCLE_HOOK: 'launch',
      RELEASE_BUCKET: 'web-releases-20261125',
      RELEASE_KEY: 'releases/app.tar.gz',
      RELEASE_VERSION_ID: 'app.Version_1',
      RELEASE_SHA256: 'a172cedcae47474b615c54d510a5d84a8dea3032e958587430b413538be3f333',
      NODE_KEY: 'releases/node.tgz',
      NODE_VERSION_ID: 'node.Version_1',
      NODE_SHA256: '545ea538461003efdc8c81c244531b003f6f26cfccf6c0073b3239fdedf49446',
      SECRETS: '',
      OUTBOUND: 'allowed',
      LOG_GROUP: '',
    });
  });

  test('name secrets by their parameters, and hold no value of theirs', () => {
    const configuration = synthesize((stack) => {
      const token = new SsmParameter(stack, 'Token', {
        name: '/shop/token',
        type: 'SecureString',
        value: 'hush',
      });
      token.overrideLogicalId('token');
      new AutoscaledService(stack, 'S', {
        name: 'web',
        secrets: { DATABASE_PASSWORD: '/shop/database', API_TOKEN: token.name },
      });
    });
    const { content } = fileOf('/etc/koa/settings', configuration, {
      'aws_ssm_parameter.token.name': '/shop/token',
    });
    expect(parseEnvironmentFile(content).SECRETS).toBe(
      'DATABASE_PASSWORD=/shop/database API_TOKEN=/shop/token',
    );
    expect(content).not.toContain('hush');
  });

  test('say which sandbox and which log group', () => {
    expect(settingsOf({ outboundNetwork: 'denied', logs: { logGroupName: '/shop/logs' } })).toMatchObject({
      OUTBOUND: 'denied',
      LOG_GROUP: '/shop/logs',
    });
    const own = settingsOf({ logs: { retentionDays: 7 } }, { 'aws_cloudwatch_log_group.web.name': 'web' });
    expect(own.LOG_GROUP).toBe('web');
  });

  test('are read by a POSIX shell as systemd reads them, whatever a reference turns out to be', () => {
    const strange = `a"b\\c$d\`e 'f' $(g) #h`;
    const references = { 'aws_s3_object.web_app.version_id': strange };
    const { content } = fileOf('/etc/koa/settings', synthesizeService(), references);
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    try {
      const file = join(folder, 'settings');
      writeFileSync(file, content);
      const program = '. "$0"; printf "%s|%s" "$RELEASE_VERSION_ID" "$RELEASE_SHA256"';
      const read = execFileSync('/bin/sh', ['-c', program, file], { encoding: 'utf8' });
      expect(read).toBe(`${strange}|${parseEnvironmentFile(content).RELEASE_SHA256}`);
      expect(parseEnvironmentFile(content).RELEASE_VERSION_ID).toBe(strange);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test.each([
  ['spaces', '  two  words '],
  ['quotes of both kinds', `"double" and 'single'`],
  ['backslashes', String.raw`C:\new\table\\ \" \$`],
  ['what a shell would run', '$HOME `id` $(id)'],
  ["Terraform's interpolation", '${aws_lb.web.arn} and $${x}'],
  ["Terraform's directive", '%{ if true }yes%{ endif } and %%{x}'],
  ['dollars before a brace', '$$$${x} %%%%{y}'],
  ['a lone opening', '${'],
  ['a backslash before b and f', '/\\bword\\b/ \\f \\\\b'],
  ['what looks like comments and YAML', '# no: - comment ; either'],
  ['Unicode beyond the first plane', 'Grüße 🚀 \u2028'],
  ['what could end a script element', '</script>&'],
  ['control characters', 'tab\tbell\u0007escape\u001bform\fback\b'],
  ['nothing', ''],
])('a value with %s arrives as it was written', (_, value) => {
  const read = asSystemdReads(bootedWith({ VALUE: value, AFTER: 'still here' }).content);
  expect(read).toEqual({ SERVICE_NAME: 'web', VALUE: value, AFTER: 'still here' });
});

test('a value of another resource arrives quoted, between what is literal around it', () => {
  const password = reference('aws_db_instance.db.address');
  const { content } = bootedWith(
    { DATABASE: `\${literal} "${password}" %{end}` },
    { 'aws_db_instance.db.address': 'a"b\\c$d`e ${f}' },
  );
  expect(asSystemdReads(content).DATABASE).toBe('${literal} "a"b\\c$d`e ${f}" %{end}');
});

test('user data above 16 KB is refused before Terraform runs, and at the limit it is not', () => {
  const withLong = (value: string) => synthesizeService({ environment: { LONG: value } });
  // References are counted as nothing: only Terraform knows how long they are.
  const unknown = Object.fromEntries(Object.keys(bootReferences('web')).map((name) => [name, '']));
  const fits = 16_384 - Buffer.byteLength(userDataOf(withLong(''), unknown));
  expect(Buffer.byteLength(userDataOf(withLong('x'.repeat(fits)), unknown))).toBe(16_384);
  expect(() => withLong('x'.repeat(fits + 1))).toThrow(
    expect.objectContaining({ code: 'UserDataTooLarge', message: expect.stringContaining('16385 bytes') }),
  );
  const withReference = (value: string) =>
    synthesizeService({
      environment: { LONG: value, TABLE: reference('aws_dynamodb_table.t.name') },
    });
  // Beside a reference, Terraform's jsonencode writes the rest: < as six bytes.
  expect(() => withReference('<'.repeat(fits / 5))).toThrow(/environment holds too much/);
});

test('what is the same in every service leaves room for what is not', () => {
  const bytes = Buffer.byteLength(userDataOf(synthesizeService()));
  expect(bytes).toBeLessThan(13 * 1024);
});
