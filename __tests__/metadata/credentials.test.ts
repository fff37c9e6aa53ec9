import { CredentialStore } from '../../lab/metadata/credentials';

const minute = 60_000;
let now = 0;
const store = () => new CredentialStore(() => now);

beforeEach(() => {
  now = Date.parse('2026-11-25T10:00:00Z');
});

test('an instance finds the same credentials until five minutes before they expire', () => {
  const credentials = store();
  const first = credentials.issue('i-1', 'web');
  now = first.expiresAt - 5 * minute - 1;
  expect(credentials.issue('i-1', 'web')).toBe(first);
  now += 1;
  expect(credentials.issue('i-1', 'web').accessKeyId).not.toBe(first.accessKeyId);
  // The old ones are good to their end.
  expect(credentials.find(first.accessKeyId)).toBe(first);
});

test('each instance has its own, and another role means others', () => {
  const credentials = store();
  const [one, two] = [credentials.issue('i-1', 'web'), credentials.issue('i-2', 'web')];
  expect(one.secretAccessKey).not.toBe(two.secretAccessKey);
  expect(credentials.issue('i-1', 'other').role).toBe('other');
  expect(credentials.find(two.accessKeyId)).toMatchObject({ instanceId: 'i-2', role: 'web' });
});
