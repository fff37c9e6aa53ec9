import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecret } from '../../runtime/app/secrets';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a secret is read from systemd's credentials, under the unit's prefix and byte for byte", () => {
  writeFileSync(join(folder, 'secrets_DATABASE_URL'), 'postgres://u:p@db/\n');
  expect(readSecret('DATABASE_URL', { CREDENTIALS_DIRECTORY: folder })).toBe('postgres://u:p@db/\n');
});

test('where systemd hands over credentials, the environment is not asked', () => {
  expect(() => readSecret('TOKEN', { CREDENTIALS_DIRECTORY: folder, TOKEN: 'from the environment' })).toThrow(
    "there is no secret TOKEN; name its SSM parameter in the settings' secrets",
  );
});

test('on a machine without credentials the variable of that name stands in', () => {
  expect(readSecret('TOKEN', { TOKEN: 'mine' })).toBe('mine');
  expect(() => readSecret('TOKEN', {})).toThrow(/there is no secret TOKEN: .*TOKEN is not set/);
});
