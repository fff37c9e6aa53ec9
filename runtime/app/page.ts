/**
 * The page `/` until the service has its own: which instance answered, and in which zone. Made once at the start,
 * since neither changes while the process lives.
 *
 * Its length is the same whichever instance answers: load generators such as ab count an answer of another length
 * as failed.
 */
export interface Page {
  readonly html: Buffer;
  readonly json: Buffer;
}

/** The longest name that configuration.ts lets through. */
const longestName = 32;

export function makePage(served: { readonly instanceId: string; readonly availabilityZone: string }): Page {
  const { instanceId, availabilityZone } = served;
  // Spaces that fill up stand where they mean nothing: after JSON's last value, inside an HTML tag.
  const padding = ' '.repeat(2 * longestName - instanceId.length - availabilityZone.length);
  return {
    json: Buffer.from(`${JSON.stringify({ instanceId, availabilityZone }).slice(0, -1)}${padding}}\n`),
    html: Buffer.from(html(instanceId, availabilityZone, padding)),
  };
}

/** Nothing is escaped: configuration.ts lets through only letters, digits, dots, dashes and underscores. */
function html(instanceId: string, availabilityZone: string, padding: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The service answers</title>
<style>
  :root { color-scheme: light dark; --ink: #1d2433; --quiet: #5d6780; --paper: #f4f6fa; --card: #fff; --line: #dde2ec; --mark: #0b7a5c }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e8ebf2; --quiet: #98a2b8; --paper: #12151c; --card: #1a1f2a; --line: #2b3240; --mark: #43c59e }
  }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
         font: 16px/1.5 system-ui, sans-serif }
  main { box-sizing: border-box; width: min(34rem, 92vw); padding: 2rem 2.25rem; background: var(--card);
         border: 1px solid var(--line); border-radius: 12px }
  h1 { margin: 0 0 1.25rem; font-size: 1.25rem; font-weight: 600 }
  h1::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .6em; border-radius: 50%;
               background: var(--mark) }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1.5rem; margin: 0 }
  dt { color: var(--quiet) }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
  p { margin: 1.5rem 0 0; color: var(--quiet); font-size: .9rem }
</style>
<main${padding}>
  <h1>The service answers</h1>
  <dl>
    <dt>Instance</dt><dd>${instanceId}</dd>
    <dt>Availability Zone</dt><dd>${availabilityZone}</dd>
  </dl>
  <p>Reload: when the group has grown, another instance may answer. This page is made in runtime/app/routes.ts.</p>
</main>
`;
}
