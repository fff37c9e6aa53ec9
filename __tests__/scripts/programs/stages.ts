/** Stages of which the middle ones go wrong, each in its own way; `wait` as argument adds one that never ends. */
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
  command: node('console.log("waiting"); setInterval(() => {}, 1000)'),
};

void runStages(process.argv[2] === 'wait' ? [stages[0] ?? waiting, waiting, waiting] : stages).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
);
