/** Starts a process in a test folder, tells both, and waits to be killed. The argument is where folders are recorded. */
import { join } from 'node:path';
import { processRecord } from '../../../lab/host/lock';
import { Processes } from '../../../lab/host/processes';
import { TestFolders } from '../../../scripts/test-folders';

async function main(records: string): Promise<void> {
  const directory = new TestFolders(records).make('killed');
  const processes = new Processes(processRecord(directory));
  const { pid } = await processes.start('sleeper', 'sleep', ['300'], {
    env: { PATH: process.env.PATH ?? '' },
    logFile: join(directory, 'log'),
  });
  process.stdout.write(`${JSON.stringify({ directory, started: pid })}\n`);
  setInterval(() => undefined, 1_000);
}

void main(process.argv[2] ?? '');
