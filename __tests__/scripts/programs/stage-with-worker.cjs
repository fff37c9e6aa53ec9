/** Starts started-in-test-folder.ts as its worker, tells what that tells, and waits. */
const { spawn } = require('node:child_process');
const { join } = require('node:path');

const records = join(__dirname, '../../../.lab/tests');
spawn(
  process.execPath,
  ['--require', require.resolve('tsx/cjs'), join(__dirname, 'started-in-test-folder.ts'), records],
  { stdio: ['ignore', 'inherit', 'inherit'] },
);
setInterval(() => {}, 1_000);
