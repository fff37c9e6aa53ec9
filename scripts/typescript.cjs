// Lets Node run a TypeScript program: `node --require ./scripts/typescript.cjs main.ts`. The program is bundled in
// one go and packages are loaded by Node itself. tsx would also read through every file of CDKTF and the provider
// bindings, and make a synth twice as long.
const { buildSync } = require('esbuild');

require.extensions['.ts'] = (module, filename) => {
  const { outputFiles } = buildSync({
    entryPoints: [filename],
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    write: false,
  });
  module._compile(outputFiles[0].text, filename);
};
