import { makePage } from '../../runtime/app/page';

const instanceIds = ['i-0123456789abcdef0', 'i-ffffffffffffffff1', 'local', 'i'.repeat(32)];
const zones = [
  'us-east-1a',
  'ap-southeast-1c',
  'us-west-2-lax-1a',
  'us-gov-west-1b',
  'local',
  'z'.repeat(32),
];
const pages = instanceIds.flatMap((instanceId) =>
  zones.map((availabilityZone) => ({
    instanceId,
    availabilityZone,
    ...makePage({ instanceId, availabilityZone }),
  })),
);

test('both forms have the same length whichever instance answers, and in whichever zone', () => {
  expect(new Set(pages.map(({ html }) => html.length)).size).toBe(1);
  expect(new Set(pages.map(({ json }) => json.length)).size).toBe(1);
});

test('the JSON form is JSON and says who answered', () => {
  for (const { json, instanceId, availabilityZone } of pages) {
    expect(JSON.parse(json.toString())).toEqual({ instanceId, availabilityZone });
  }
});

test('the HTML form says who answered and fetches nothing else', () => {
  for (const { html, instanceId, availabilityZone } of pages) {
    const text = html.toString();
    expect(text).toContain(`<dd>${instanceId}</dd>`);
    expect(text).toContain(`<dd>${availabilityZone}</dd>`);
    expect(text).not.toMatch(/src=|href=|url\(|@import/);
  }
});
