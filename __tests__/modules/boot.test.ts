// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { Token } from 'cdktf';
import { evaluate } from './evaluate';
import { at, synthesizeService } from './synthesize';

interface CloudConfig {
  readonly write_files: readonly { path: string; owner: string; permissions: string; content: string }[];
}

function bootedWith(environment: Record<string, string>, references: Record<string, unknown> = {}) {
  const template = at(synthesizeService({ environment }), 'aws_launch_template.web').user_data;
  const document = Buffer.from(String(evaluate(template, references)), 'base64').toString();
  const [header, body = ''] = [document.slice(0, 14), document.slice(14)];
  expect(header).toBe('#cloud-config\n');
  const [file] = (JSON.parse(body) as CloudConfig).write_files;
  if (file === undefined) throw new Error('no file');
  return file;
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

test('an instance gets a file with the name of its service, which only root and its group may read', () => {
  expect(bootedWith({})).toEqual({
    path: '/etc/web/environment',
    owner: 'root:root',
    permissions: '0640',
    content: 'SERVICE_NAME="web"\n',
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
  const password = Token.asString({
    resolve: () => '${aws_db_instance.db.address}',
    creationStack: [],
  } as never);
  const { content } = bootedWith(
    { DATABASE: `\${literal} "${password}" %{end}` },
    { 'aws_db_instance.db.address': 'a"b\\c$d`e ${f}' },
  );
  expect(asSystemdReads(content).DATABASE).toBe('${literal} "a"b\\c$d`e ${f}" %{end}');
});

test('user data above 16 KB is refused before Terraform runs, and at the limit it is not', () => {
  const bare =
    Buffer.byteLength('#cloud-config\n') + JSON.stringify({ write_files: [bootedWith({ LONG: '' })] }).length;
  const fits = 16_384 - bare;
  expect(bootedWith({ LONG: 'x'.repeat(fits) }).content).toContain('x'.repeat(fits));
  expect(() => bootedWith({ LONG: 'x'.repeat(fits + 1) })).toThrow(
    expect.objectContaining({ code: 'UserDataTooLarge', message: expect.stringContaining('16385 bytes') }),
  );
  // jsonencode writes < as six bytes.
  expect(() => bootedWith({ LONG: '<'.repeat(fits / 5) })).toThrow(/environment holds too much/);
});
