/** Machines that boot, without an AWS around them: what they ask of it is answered by the test. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventStream } from '../../lab/events';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { RootFileSystems } from '../../lab/images/root-file-systems';
import { BootedMachines } from '../../lab/machines/booted/booted-machines';
import type { MachineSpec } from '../../lab/machines/machine';
import { kernelPrefix } from '../../lab/network/names';
import { PackageProxy } from '../../lab/packages/package-proxy';
import { testFolders } from '../../scripts/test-folders';
import { repository } from './lab-fixture';

/** Machines boot on Linux and as root; elsewhere there is nothing to test. */

export interface BootedFixture {
  readonly directory: string;
  readonly machines: BootedMachines;
  readonly packages: PackageProxy;
  readonly events: EventStream;
  readonly processes: Processes;
  readonly prefix: string;
  stop(): Promise<void>;
}

export function bootedFixture(directory = testFolders.make('booted')): BootedFixture {
  mkdirSync(directory, { recursive: true });
  const processes = new Processes(processRecord(directory));
  const events = new EventStream();
  const prefix = kernelPrefix(directory);
  const packages = new PackageProxy({ directory: join(directory, 'cache') });
  const machines = new BootedMachines({
    processes,
    directory: join(directory, 'machines'),
    imageDirectory: join(directory, 'made-images'),
    prefix,
    // Shared by all test files: to make one takes half a minute.
    rootFileSystems: new RootFileSystems({
      processes,
      directory: join(repository, '.lab', 'images'),
      emit: events.emit,
    }),
    packages,
    coresPerVcpu: 0.25,
    emit: events.emit,
  });
  machines.connect({
    metadata: (instanceAt) => (incoming, outgoing) => {
      outgoing.end(instanceAt(incoming.socket.remoteAddress ?? '')?.instanceId ?? 'nobody');
    },
    endpoint: (_, outgoing) => outgoing.end('AWS'),
  });
  return {
    directory,
    machines,
    packages,
    events,
    processes,
    prefix,
    stop: async () => {
      await machines.stop();
      await processes.stopAll();
      testFolders.remove(directory);
    },
  };
}

/** The images of Ubuntu 24.04 in lab/moto/images.ts. */
const ubuntu = process.arch === 'arm64' ? 'ami-0fab0000000240402' : 'ami-0fab0000000240401';

export function specOf(instanceId: string, privateIp: string, commands: readonly string[][]): MachineSpec {
  return {
    instanceId,
    region: 'eu-central-1',
    zone: 'eu-central-1a',
    privateIp,
    instanceType: process.arch === 'arm64' ? 't4g.micro' : 't3.micro',
    imageId: ubuntu,
    instanceProfile: undefined,
    userData: `#cloud-config\n${JSON.stringify({ runcmd: commands })}`,
    vpc: { id: 'vpc-0123456789abcdef0', cidr: '10.0.0.0/16' },
  };
}

/** What runs, or lies in the kernel, for this lab. */
export function remainsOf({ directory, prefix }: Pick<BootedFixture, 'directory' | 'prefix'>): string[] {
  const mentions = (file: string, text: string) => {
    try {
      return readFileSync(file, 'utf8').includes(text);
    } catch {
      // Gone between the listing and the look.
      return false;
    }
  };
  const processes = readdirSync('/proc')
    // One that has ended and waits for its parent to notice has no command any more.
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && commandOf(pid) !== '')
    .filter((pid) => mentions(`/proc/${pid}/cmdline`, directory) || mentions(`/proc/${pid}/cgroup`, prefix));
  const hierarchies = readdirSync('/sys/fs/cgroup', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => (name === prefix ? [name] : namesIn(join('/sys/fs/cgroup', name), prefix)));
  return [
    ...processes.map((pid) => `process ${pid} ${commandOf(pid)}`),
    ...namesIn('/run/netns', prefix).map((name) => `namespace ${name}`),
    ...hierarchies.map((name) => `control group ${name}`),
    ...readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(directory) || line.includes(prefix))
      .map((line) => `mount ${line}`),
  ];
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // Gone between the listing and the look.
    return '';
  }
}

function namesIn(folder: string, prefix: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

/** @returns what a command prints in a network namespace of this host */
export async function inNamespace(namespace: string, ...command: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', namespace, ...command]);
  return stdout;
}
