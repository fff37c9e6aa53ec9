/** Boots a machine in the lab's folder that it is given, or in one of its own, tells the folder, and waits to be killed. */
import { claimLab } from '../../lab/host/lock';
import { bootedFixture, specOf } from './booted-fixture';

async function main(given: string | undefined): Promise<void> {
  const { directory, machines } = bootedFixture(given);
  await claimLab({ directory, command: 'test', emit: () => undefined });
  await machines.launch(specOf('i-0123456789abcdef9', '10.0.0.9', []));
  process.stdout.write(`${directory}\n`);
  setInterval(() => undefined, 1_000);
}

void main(process.argv[2]);
