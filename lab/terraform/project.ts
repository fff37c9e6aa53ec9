/**
 * One synthesized stack, in a working folder of the lab's own. What was synthesized is copied byte for byte; where
 * the state lies is the lab's affair, and said in a file beside it.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../modules/service-error';
import type { Processes, StartedProcess } from '../host/processes';
import { findTerraform, type TerraformBinary } from './binary';
import { configureProviders, type ProviderInstallation } from './cli-configuration';
import { terraformEnvironment } from './environment';
import { type Plan, readPlan } from './plan';
import {
  type ChangeSummary,
  describeFailure,
  describeFailureText,
  ProgressReader,
  type TerraformProgress,
} from './progress';

export interface ProjectOptions {
  readonly processes: Processes;
  /** The folder that `cdktf synth` wrote for the stack, which holds `cdk.tf.json`. */
  readonly stackDirectory: string;
  /** The lab's folder; the project works in `terraform/<stack>` of it and keeps its logs in `logs`. */
  readonly labDirectory: string;
  readonly stack: string;
  /** Endpoint and test credentials of the embedded AWS. */
  readonly aws: Readonly<Record<string, string>>;
  /** @default found on PATH */
  readonly binary?: TerraformBinary;
}

export interface ApplyOptions {
  readonly onProgress?: (progress: TerraformProgress) => void;
  /** Addresses of what is applied, with what it needs. @default - everything */
  readonly targets?: readonly string[];
}

/**
 * How long an interrupted Terraform may take to end: it waits for the requests in flight and saves its state.
 * Killed earlier, it would leave resources that no state knows.
 */
const graceMilliseconds = 120_000;

/**
 * Terraform lays an override file over the configuration and takes its backend in place of any other, be it S3, HCP
 * or a local path: so the state of a real deployment is neither read nor written.
 * https://developer.hashicorp.com/terraform/language/files/override
 */
const backendOverride = { terraform: { backend: { local: { path: 'terraform.tfstate' } } } };

export class TerraformProject {
  readonly binary: TerraformBinary;
  readonly providers: ProviderInstallation;
  /** Terraform's working folder. */
  readonly folder: string;
  readonly #environment: Record<string, string>;
  readonly #logs: string;
  #running: StartedProcess | undefined;
  #interrupted = false;

  /** Begins without state: the embedded AWS of an earlier run is gone, and with it all that its state knew. */
  constructor(private readonly options: ProjectOptions) {
    const { labDirectory, stack } = options;
    this.binary = options.binary ?? findTerraform();
    this.folder = join(labDirectory, 'terraform', stack);
    this.#logs = join(labDirectory, 'logs');
    mkdirSync(this.folder, { recursive: true });
    mkdirSync(this.#logs, { recursive: true });
    this.providers = configureProviders(this.binary.kind, join(labDirectory, 'terraform'));
    this.#environment = terraformEnvironment(process.env, options.aws, this.folder, this.providers);
    for (const name of this.#leftovers()) rmSync(join(this.folder, name), { recursive: true, force: true });
    for (const command of ['plan', 'apply', 'destroy']) {
      rmSync(this.logFile(command), { force: true });
    }
    this.use(options.stackDirectory);
  }

  /** Takes another synthesized stack in place of the first, under the same state: the next apply is a change. */
  use(stackDirectory: string): void {
    const synthesized = join(stackDirectory, 'cdk.tf.json');
    if (!existsSync(synthesized)) {
      throw new ServiceError('StackMissing', `${synthesized} is missing; synthesize the stack first`);
    }
    cpSync(synthesized, join(this.folder, 'cdk.tf.json'));
    rmSync(join(this.folder, 'assets'), { recursive: true, force: true });
    const assets = join(stackDirectory, 'assets');
    if (existsSync(assets)) cpSync(assets, join(this.folder, 'assets'), { recursive: true });
    writeFileSync(
      join(this.folder, 'lab_backend_override.tf.json'),
      `${JSON.stringify(backendOverride, undefined, 2)}\n`,
    );
  }

  /** Where all that a command said is kept. */
  logFile(command: string): string {
    return join(this.#logs, `terraform-${command}.log`);
  }

  async init(): Promise<void> {
    await this.#run('init', ['init', '-no-color']);
  }

  async validate(): Promise<void> {
    const output = await this.#run('validate', ['validate', '-json'], { failureIsInOutput: true });
    const { valid, diagnostics } = JSON.parse(output) as { valid: boolean; diagnostics: [] };
    if (!valid) throw this.#failure('validate', describeFailure(diagnostics));
  }

  /** What an apply would do now. */
  async plan(): Promise<Plan> {
    return readPlan(await this.planDocument());
  }

  /** The same, whole and as Terraform writes it. */
  async planDocument(): Promise<string> {
    await this.#follow('plan', ['plan', '-json', '-out=plan.bin']);
    return this.#run('show', ['show', '-json', 'plan.bin']);
  }

  async apply(options: ApplyOptions = {}): Promise<ChangeSummary> {
    const targets = (options.targets ?? []).map((address) => `-target=${address}`);
    return this.#follow('apply', ['apply', '-json', '-auto-approve', ...targets], options);
  }

  async destroy(options: ApplyOptions = {}): Promise<ChangeSummary> {
    return this.#follow('destroy', ['destroy', '-json', '-auto-approve'], options);
  }

  /** The stack's outputs, by name. */
  async outputs(): Promise<Record<string, unknown>> {
    const answer = JSON.parse(await this.#run('output', ['output', '-json'])) as Record<
      string,
      { value: unknown }
    >;
    return Object.fromEntries(Object.entries(answer).map(([name, { value }]) => [name, value]));
  }

  /** Asks a running Terraform once to stop, as Ctrl-C does, and waits until it has saved its state. */
  async interrupt(): Promise<void> {
    if (this.#running === undefined) return;
    this.#interrupted = true;
    await this.#running.stop({ signal: 'SIGINT', graceMilliseconds });
  }

  /** What an earlier run left; the provider that it had downloaded is kept, with the lock file that vouches for it. */
  #leftovers(): string[] {
    const state = [
      'terraform.tfstate',
      'terraform.tfstate.backup',
      '.terraform.tfstate.lock.info',
      'plan.bin',
    ];
    return this.providers.provider === undefined ? state : [...state, '.terraform.lock.hcl'];
  }

  async #follow(command: string, args: string[], options: ApplyOptions = {}): Promise<ChangeSummary> {
    const reader = new ProgressReader();
    const end = await this.#start(command, args, (line) => {
      const progress = reader.read(line);
      if (progress !== undefined) options.onProgress?.(progress);
    });
    if (end !== 'exit code 0') throw this.#failure(command, describeFailure(reader.diagnostics), end);
    return reader.summary ?? { added: 0, changed: 0, destroyed: 0 };
  }

  async #run(command: string, args: string[], { failureIsInOutput = false } = {}): Promise<string> {
    const lines: string[] = [];
    // So that the log holds no error but this run's.
    rmSync(this.logFile(command), { force: true });
    const end = await this.#start(command, args, (line) => lines.push(line));
    if (end !== 'exit code 0' && !(failureIsInOutput && lines.length > 0)) {
      throw this.#failure(command, describeFailureText(readFileSync(this.logFile(command), 'utf8')), end);
    }
    return lines.join('\n');
  }

  async #start(command: string, args: string[], onLine: (line: string) => void): Promise<string> {
    this.#interrupted = false;
    const started = await this.options.processes.start(`terraform ${command}`, this.binary.path, args, {
      cwd: this.folder,
      env: this.#environment,
      logFile: this.logFile(command),
      onLine,
      stop: { signal: 'SIGINT', graceMilliseconds },
    });
    this.#running = started;
    const end = await started.ended;
    this.#running = undefined;
    return end;
  }

  #failure(command: string, reason: string | undefined, end?: string): ServiceError {
    const log = `its log is ${this.logFile(command)}`;
    if (this.#interrupted) {
      return new ServiceError('TerraformInterrupted', `terraform ${command} was interrupted; ${log}`);
    }
    return new ServiceError(
      'TerraformFailed',
      `terraform ${command} failed: ${reason ?? `it ended with ${end}`}; ${log}`,
    );
  }
}
