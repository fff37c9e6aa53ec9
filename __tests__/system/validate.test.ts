import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../lab/host/processes';
import { TerraformProject } from '../../lab/terraform/project';
import { configurations } from '../support/configurations';
import { writeStack } from '../support/stack-fixture';

/** Real Terraform and the real provider's schema say that they know every argument, block and reference. */
describe('Terraform finds valid a service', () => {
  const directory = mkdtempSync(join(tmpdir(), 'validate-'));
  const processes = new Processes(join(directory, 'processes.jsonl'));
  let project: TerraformProject | undefined;

  afterAll(async () => {
    await processes.stopAll();
    rmSync(directory, { recursive: true });
  });

  test.each(configurations)(
    '$title',
    async (configuration) => {
      const stackDirectory = writeStack(directory, 'web', configuration);
      if (project === undefined) {
        project = new TerraformProject({
          processes,
          stack: 'web',
          stackDirectory,
          labDirectory: directory,
          aws: {},
        });
        await project.init();
      } else {
        project.use(stackDirectory);
      }
      await project.validate();
    },
    60_000,
  );
});
