/**
 * Writes each secret to a file of its name, from answers of SSM's GetParameters.
 * Usage: write-secrets.cjs FOLDER 'NAME=/parameter/name …' ANSWER…
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder, wanted, ...answers] = process.argv.slice(2);
const values = new Map();
for (const answer of answers) {
  for (const { Name, Value } of JSON.parse(readFileSync(answer, 'utf8')).Parameters) values.set(Name, Value);
}
const secrets = wanted.split(/\s+/).filter((pair) => pair !== '');
const missing = secrets.filter((pair) => !values.has(parameterOf(pair)));
if (missing.length > 0) {
  console.error(
    `there is no parameter ${missing.map(parameterOf).join(', ')} (secrets: ${missing.join(', ')})`,
  );
  process.exit(1);
}
for (const pair of secrets) {
  writeFileSync(join(folder, pair.slice(0, pair.indexOf('='))), values.get(parameterOf(pair)), {
    mode: 0o600,
  });
}

function parameterOf(pair) {
  return pair.slice(pair.indexOf('=') + 1);
}
