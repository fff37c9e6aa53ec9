/** The service on trial for one test file, with routes of the test's own. */
import { join } from 'node:path';
import { EventStream } from '../../lab/events';
import { Trial, type TrialOptions } from '../../lab/trial/trial';
import { testFolders } from '../../scripts/test-folders';
import { repository } from './lab-fixture';
import { ProjectFixture } from './project-fixture';

export interface TrialFixture {
  readonly trial: Trial;
  readonly events: EventStream;
  stop(): Promise<void>;
}

/** @param routes a module that exports the service's routes */
export async function trialFixture(extent: TrialOptions['extent'], routes: string): Promise<TrialFixture> {
  const project = new ProjectFixture();
  project.copyAndWrite('runtime', {
    'app/main.ts': `import { service } from ${JSON.stringify(routes)};\nimport { serve } from './serve';\nserve(service);\n`,
  });
  const events = new EventStream();
  const directory = testFolders.make('trial');
  const trial = await Trial.start({
    directory,
    projectDirectory: project.directory,
    cache: join(repository, '.lab'),
    extent,
    emit: events.emit,
  });
  return {
    trial,
    events,
    stop: async () => {
      await trial.stop();
      testFolders.remove(directory);
      project.remove();
    },
  };
}
