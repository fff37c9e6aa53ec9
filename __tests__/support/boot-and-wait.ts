/** Boots a machine in the lab's folder that it is given, says so, and waits to be killed. */
import { claimLab } from '../../lab/host/lock';
import { bootedFixture, specOf } from './booted-fixture';

async function main(directory: string): Promise<void> {
  await claimLab({ directory, command: 'test', emit: () => undefined });
  const { machines } = bootedFixture(directory);
  await machines.launch(specOf('i-0123456789abcdef9', '10.0.0.9', []));
  process.stdout.write('booted\n');
  setInterval(() => undefined, 1_000);
}

void main(process.argv[2] ?? '');
