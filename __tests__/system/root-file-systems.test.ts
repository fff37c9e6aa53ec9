import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { RootFileSystems } from '../../lab/images/root-file-systems';
import { testFolders } from '../../scripts/test-folders';
import { eventually } from '../support/lab-fixture';
import { rootOnLinux } from '../support/needing';

rootOnLinux.test(
  'a root file system whose making is cut off leaves no mount in the way of the next one',
  async () => {
    const directory = testFolders.make('images');
    const record = processRecord(directory);
    const processes = new Processes(record);
    const building = join(directory, 'debian-12-amd64.new');
    try {
      const images = new RootFileSystems({ processes, directory, emit: () => undefined });
      const made = images.ensure('debian-12', 'amd64').catch((error: Error) => error);
      await eventually('its first mount', () => mountsOf(record).includes(building), 120_000);
      await processes.stopAll();
      expect(await made).toMatchObject({ code: 'ImageNotMade' });
      expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(building);
      expect(existsSync(building)).toBe(true);
      rmSync(building, { recursive: true });
    } finally {
      await processes.stopAll();
      testFolders.remove(directory);
    }
  },
  180_000,
);

/** As the recorded process sees them. */
function mountsOf(record: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(record, 'utf8').split('\n')[0] ?? '') as { pid: number };
    return readFileSync(`/proc/${pid}/mounts`, 'utf8');
  } catch {
    return '';
  }
}
