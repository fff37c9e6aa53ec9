import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { NewLabEvent } from '../../lab/events';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { machineImages } from '../../lab/moto/images';
import { ensureMoto } from '../../lab/moto/install';
import { inventory, startMoto } from '../../lab/moto/moto';
import { testFolders } from '../../scripts/test-folders';

const environment = join(process.cwd(), '.lab', 'moto-environment');

describe('moto', () => {
  let folder: string;
  let processes: Processes;
  beforeEach(() => {
    folder = testFolders.make('lab-moto');
    processes = new Processes(processRecord(folder));
  });
  afterEach(async () => {
    await processes.stopAll();
    testFolders.remove(folder);
  });

  test("knows the lab's images, and forgets an instance that was terminated", async () => {
    const python = await ensureMoto({ processes, directory: environment });
    const moto = await startMoto({ processes, python, directory: folder, region: 'eu-central-1' });
    const client = new EC2Client({
      region: 'eu-central-1',
      endpoint: moto.url,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { Images = [] } = await client.send(new DescribeImagesCommand({ Owners: ['099720109477'] }));
    expect(Images.map(({ ImageId }) => ImageId).sort()).toEqual(
      machineImages
        .filter(({ ownerId }) => ownerId === '099720109477')
        .map(({ imageId }) => imageId)
        .sort(),
    );

    const before = await inventory(moto.url);
    expect(before.filter((entry) => entry.includes('/VPC/'))).toHaveLength(2);
    const { Instances = [] } = await client.send(
      new RunInstancesCommand({
        ImageId: Images[0]?.ImageId,
        MinCount: 1,
        MaxCount: 1,
        InstanceType: 't3.micro',
      }),
    );
    const ids = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
    expect((await inventory(moto.url)).filter((entry) => entry.includes(ids[0] ?? '?'))).toHaveLength(1);
    await client.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    expect((await inventory(moto.url)).filter((entry) => entry.includes('/Instance/'))).toEqual([]);
    client.destroy();
    await moto.stop();
    await expect(inventory(moto.url)).rejects.toThrow();
  }, 180_000);

  test('that ends while it starts says where its log is', async () => {
    await expect(
      startMoto({ processes, python: '/bin/false', directory: folder, region: 'eu-central-1' }),
    ).rejects.toMatchObject({ code: 'MotoNotStarted', message: expect.stringContaining('moto.log') });
  });
});

describe("moto's Python environment", () => {
  let folder: string;
  let processes: Processes;
  beforeEach(() => {
    folder = testFolders.make('lab-install');
    processes = new Processes(processRecord(folder));
  });
  afterEach(async () => {
    await processes.stopAll();
    testFolders.remove(folder);
  });

  /** One small package in place of all: what is tested is the way, not the load. */
  function requirements(text: string): string {
    const file = join(folder, 'requirements.txt');
    writeFileSync(file, text);
    return file;
  }

  test('is made once by two runs at a time, and anew when it was left half-finished', async () => {
    const told: NewLabEvent[] = [];
    const options = {
      processes,
      directory: join(folder, 'python'),
      requirementsFile: requirements('six==1.17.0\n'),
      emit: (event: NewLabEvent) => void told.push(event),
    };
    const [first, second] = await Promise.all([ensureMoto(options), ensureMoto(options)]);
    expect(first).toBe(second);
    expect(told).toHaveLength(1);

    rmSync(join(options.directory, 'installed-requirements.sha256'));
    const rubbish = join(options.directory, 'half-finished');
    writeFileSync(rubbish, '');
    await ensureMoto(options);
    expect(told).toHaveLength(2);
    expect(existsSync(rubbish)).toBe(false);
  }, 120_000);

  test('that cannot be made says why, where the log is, and is not taken for finished', async () => {
    const directory = join(folder, 'python');
    const requirementsFile = requirements('six==0.0.0.1\n');
    await expect(ensureMoto({ processes, directory, requirementsFile })).rejects.toMatchObject({
      code: 'InstallationFailed',
      message: expect.stringMatching(/No matching distribution found for six==0\.0\.0\.1.*install\.log/),
    });
    expect(existsSync(join(directory, 'installed-requirements.sha256'))).toBe(false);
    expect(readFileSync(`${directory}.install.log`, 'utf8')).toContain('pip install');
  }, 120_000);
});
