import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processRecord } from '../../lab/host/lock';
import { Processes } from '../../lab/host/processes';
import { ensureMoto } from '../../lab/moto/install';
import { inventory, type Moto, startMoto } from '../../lab/moto/moto';
import type { TerraformProgress } from '../../lab/terraform/progress';
import { TerraformProject } from '../../lab/terraform/project';
import { testFolders } from '../../scripts/test-folders';

const region = 'eu-central-1';
const realState = '{"version":4,"lineage":"a real deployment"}';

/** As CDKTF synthesizes a stack: provider and range, and a backend of the user's own choice. */
function configuration(resources: object, backend: object): object {
  return {
    terraform: {
      required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.100, < 7.0' } },
      backend,
    },
    provider: { aws: [{ region }] },
    resource: resources,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own interpolation.
    output: { name: { value: '${aws_ssm_parameter.greeting.name}' } },
  };
}

function greeting(text: string): object {
  return { greeting: { name: '/greeting', type: 'String', insecure_value: text } };
}

describe('Terraform against the embedded AWS', () => {
  let home: string;
  let stackDirectory: string;
  let realStateFile: string;
  let processes: Processes;
  let moto: Moto;

  beforeAll(async () => {
    home = testFolders.make('lab-terraform');
    stackDirectory = join(home, 'cdktf.out', 'stacks', 'web');
    realStateFile = join(stackDirectory, 'terraform.tfstate');
    mkdirSync(join(stackDirectory, 'assets'), { recursive: true });
    writeFileSync(join(stackDirectory, 'assets', 'note.txt'), 'an asset');
    writeFileSync(realStateFile, realState);
    processes = new Processes(processRecord(home));
    const python = await ensureMoto({
      processes,
      directory: join(process.cwd(), '.lab', 'moto-environment'),
    });
    moto = await startMoto({ processes, python, directory: join(home, 'moto'), region });
  }, 180_000);

  afterAll(async () => {
    await processes.stopAll();
    testFolders.remove(home);
  });

  function synthesize(resources: object, backend: object = { local: { path: realStateFile } }): void {
    writeFileSync(join(stackDirectory, 'cdk.tf.json'), JSON.stringify(configuration(resources, backend)));
  }

  function project(stack: string): TerraformProject {
    return new TerraformProject({
      processes,
      stackDirectory,
      labDirectory: join(home, 'lab'),
      stack,
      aws: { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    });
  }

  test('a stack is applied, settles, is mended after a change behind its back, and is destroyed without a trace', async () => {
    const before = await inventory(moto.url);
    synthesize({ aws_ssm_parameter: greeting('hello') });
    const web = project('web');
    await web.init();
    await web.validate();
    const progress: TerraformProgress[] = [];
    const applied = await web.apply({ onProgress: (event) => progress.push(event) });

    expect(applied).toEqual({ added: 1, changed: 0, destroyed: 0 });
    expect(progress.at(-1)).toMatchObject({
      action: 'create',
      address: 'aws_ssm_parameter.greeting',
      state: 'finished',
      done: 1,
      total: 1,
    });
    expect(await web.outputs()).toEqual({ name: '/greeting' });
    expect(await web.plan()).toEqual({ changes: [], outputsChanged: false, empty: true });
    expect((await inventory(moto.url)).filter((entry) => !before.includes(entry))).toEqual([
      expect.stringContaining('Parameter'),
    ]);

    await putParameter(moto.url, '/greeting', 'changed by hand');
    expect(await web.plan()).toMatchObject({
      changes: [{ address: 'aws_ssm_parameter.greeting', actions: ['update'] }],
      empty: false,
    });

    expect(await web.destroy()).toMatchObject({ destroyed: 1 });
    expect(await inventory(moto.url)).toEqual(before);
  }, 120_000);

  test('what is applied is the synthesized file, byte for byte, with its assets', () => {
    synthesize({ aws_ssm_parameter: greeting('hello') });
    const web = project('copied');
    expect(readFileSync(join(web.folder, 'cdk.tf.json'))).toEqual(
      readFileSync(join(stackDirectory, 'cdk.tf.json')),
    );
    expect(readFileSync(join(web.folder, 'assets', 'note.txt'), 'utf8')).toBe('an asset');
  });

  test('a real state file beside the stack is neither read nor written', async () => {
    synthesize({ aws_ssm_parameter: greeting('hello') });
    const web = project('apart');
    await web.init();
    await web.apply();
    await web.destroy();
    expect(readFileSync(realStateFile, 'utf8')).toBe(realState);
  }, 60_000);

  test('a stack whose state is in S3 is planned without that bucket', async () => {
    synthesize(
      { aws_ssm_parameter: greeting('hello') },
      { s3: { bucket: 'a-real-bucket', key: 'state', region } },
    );
    const web = project('remote');
    await web.init();
    expect((await web.plan()).changes).toEqual([
      { address: 'aws_ssm_parameter.greeting', actions: ['create'] },
    ]);
  }, 60_000);

  test('an apply that fails says which resource, why, and where the log is', async () => {
    synthesize({
      aws_ssm_parameter: {
        ...greeting('one'),
        twin: { name: '/greeting', type: 'String', insecure_value: 'two' },
      },
    });
    const web = project('failing');
    await web.init();
    await expect(web.apply()).rejects.toMatchObject({
      code: 'TerraformFailed',
      message: expect.stringMatching(
        /^terraform apply failed: aws_ssm_parameter\.(twin|greeting): .*ParameterAlreadyExists.*; its log is .*terraform-apply\.log$/,
      ),
    });
    expect(readFileSync(web.logFile('apply'), 'utf8')).toContain('"type":"apply_errored"');
    await web.destroy();
  }, 60_000);

  test('a stack that is not valid is refused before anything changes', async () => {
    synthesize({
      aws_ssm_parameter: { greeting: { name: '/greeting', type: 'Text', insecure_value: 'hello' } },
    });
    const web = project('invalid');
    await web.init();
    await expect(web.validate()).rejects.toMatchObject({
      code: 'TerraformFailed',
      message: expect.stringMatching(/^terraform validate failed: .*type to be one of/),
    });
  }, 60_000);

  test('a stack that was not synthesized is named', () => {
    rmSync(join(stackDirectory, 'cdk.tf.json'), { force: true });
    expect(() => project('missing')).toThrow(expect.objectContaining({ code: 'StackMissing' }));
  });

  test('an interrupted apply ends in order, leaves a readable state and no provider running', async () => {
    // A load balancer takes the provider a minute: time enough to interrupt.
    synthesize({
      aws_ssm_parameter: greeting('hello'),
      aws_vpc: { net: { cidr_block: '10.0.0.0/16' } },
      aws_subnet: Object.fromEntries(
        ['a', 'b'].map((zone, index) => [
          zone,
          {
            vpc_id: `\${aws_vpc.net.id}`,
            cidr_block: `10.0.${index}.0/24`,
            availability_zone: `${region}${zone}`,
          },
        ]),
      ),
      aws_lb: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own interpolation.
        slow: { name: 'slow', internal: true, subnets: ['${aws_subnet.a.id}', '${aws_subnet.b.id}'] },
      },
    });
    const before = await inventory(moto.url);
    const web = project('interrupted');
    await web.init();
    const apply = web.apply({
      onProgress: ({ address, state }) => {
        if (address === 'aws_lb.slow' && state === 'started') void web.interrupt();
      },
    });
    await expect(apply).rejects.toMatchObject({ code: 'TerraformInterrupted' });
    expect(JSON.parse(readFileSync(join(web.folder, 'terraform.tfstate'), 'utf8'))).toHaveProperty(
      'resources',
    );
    expect(commandsIn(web.folder)).toEqual([]);
    await web.destroy();
    expect(await inventory(moto.url)).toEqual(before);
  }, 120_000);
});

async function putParameter(endpoint: string, name: string, value: string): Promise<void> {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.PutParameter',
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/ssm/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify({ Name: name, Value: value, Type: 'String', Overwrite: true }),
  });
  expect(answer.status).toBe(200);
}

/** The commands of the processes that were started with something in this folder. */
function commandsIn(folder: string): string[] {
  return execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((command) => command.includes(folder));
}
