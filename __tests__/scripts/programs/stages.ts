/**
 * Stages of which the middle ones go wrong, each in its own way. `wait` as argument takes one that never ends instead:
 * it has a worker, as jest has, and the worker has started a process of its own, as a test starts a lab.
 */
import { join } from 'node:path';
import { runStages, type Stage } from '../../../scripts/test-stages';

const node = (program: string): Stage['command'] => [process.execPath, '-e', program];
const stages: Stage[] = [
  { name: 'sound', kind: 'check', command: node('console.log("first ran")') },
  { name: 'failing', kind: 'check', command: node('process.exit(3)') },
  { name: 'killed', kind: 'check', command: node('process.kill(process.pid, "SIGKILL")') },
  { name: 'missing', kind: 'check', command: ['/does/not/exist'] },
  { name: 'jest that crashes', kind: 'jest', command: node('throw new Error("no jest")') },
  {
    name: 'unprepared',
    kind: 'check',
    command: node(''),
    prepare: async () => {
      throw new Error('tools are missing');
    },
  },
  { name: 'last', kind: 'check', command: node('console.log("last ran")') },
];
const waiting: Stage = {
  name: 'waiting',
  kind: 'check',
  command: [process.execPath, join(__dirname, 'stage-with-worker.cjs')],
};

void runStages(process.argv[2] === 'wait' ? [stages[0] ?? waiting, waiting, waiting] : stages).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
