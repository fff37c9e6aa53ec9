/**
 * Reads the lines of `terraform apply -json` and tells what they mean.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
import type { NewLabEvent } from '../events';

export type TerraformProgress = Extract<NewLabEvent, { type: 'terraform' }>;

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  /** Empty when Terraform has nothing to add. */
  readonly detail: string;
  /** The resource it is about, when it is about one. */
  readonly address?: string;
}

/** What an apply changed, by Terraform's own count. */
export interface ChangeSummary {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
}

/** The fields read here, of all message types; a later Terraform may add others. */
interface Message {
  readonly type?: string;
  readonly change?: { readonly resource: Resource; readonly action: string };
  readonly changes?: {
    readonly add: number;
    readonly change: number;
    readonly remove: number;
    readonly operation: string;
  };
  readonly hook?: {
    readonly resource: Resource;
    readonly action?: string;
    readonly elapsed_seconds?: number;
  };
  readonly diagnostic?: Diagnostic;
}

interface Resource {
  readonly addr: string;
}

const actions: Readonly<Record<string, TerraformProgress['action']>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  read: 'read',
};

const states: Readonly<Record<string, TerraformProgress['state']>> = {
  apply_start: 'started',
  apply_progress: 'progress',
  apply_complete: 'finished',
  apply_errored: 'failed',
  refresh_start: 'started',
  refresh_complete: 'finished',
};

/** One run of Terraform, followed line by line. */
export class ProgressReader {
  readonly #planned = new Map<string, { action: TerraformProgress['action']; stepsLeft: number }>();
  readonly #diagnostics: Diagnostic[] = [];
  #done = 0;
  #summary: ChangeSummary | undefined;

  /** The event that a line stands for; undefined for a line that tells of no resource. */
  read(line: string): TerraformProgress | undefined {
    const message = parse(line);
    if (message?.diagnostic !== undefined) this.#diagnostics.push(message.diagnostic);
    if (message?.type === 'planned_change') this.#plan(message);
    if (message?.type === 'change_summary') this.#summarize(message);
    return message === undefined ? undefined : this.#event(message);
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** What was really changed; undefined until an apply or destroy has ended well. */
  get summary(): ChangeSummary | undefined {
    return this.#summary;
  }

  #plan({ change }: Message): void {
    const action = actions[change?.action ?? ''];
    // Reading a data source changes nothing: it is told and not counted.
    if (change === undefined || action === undefined || action === 'read') return;
    this.#planned.set(change.resource.addr, { action, stepsLeft: action === 'replace' ? 2 : 1 });
  }

  #summarize({ changes }: Message): void {
    if (changes === undefined || changes.operation === 'plan') return;
    this.#summary = { added: changes.add, changed: changes.change, destroyed: changes.remove };
  }

  #event({ type, hook }: Message): TerraformProgress | undefined {
    const step = states[type ?? ''];
    if (step === undefined || hook === undefined) return undefined;
    const address = hook.resource.addr;
    // A refresh is the reading of a resource, and names no action.
    const own = actions[hook.action ?? 'read'];
    if (own === undefined) return undefined;
    const planned = own === 'read' ? undefined : this.#planned.get(address);
    const state = planned === undefined ? step : this.#stateOfWhole(planned, step, own);
    return {
      type: 'terraform',
      action: planned?.action ?? own,
      address,
      state,
      elapsedSeconds: hook.elapsed_seconds ?? 0,
      done: this.#done,
      total: this.#planned.size,
    };
  }

  /** A replacement is two steps, in either order: finished with the second, started with the first. */
  #stateOfWhole(
    planned: { action: TerraformProgress['action']; stepsLeft: number },
    step: TerraformProgress['state'],
    own: TerraformProgress['action'],
  ): TerraformProgress['state'] {
    const isReplacement = planned.action === 'replace' && own !== 'replace';
    if (step === 'finished') {
      planned.stepsLeft -= 1;
      if (planned.stepsLeft > 0) return 'progress';
      this.#done += 1;
    }
    return step === 'started' && isReplacement && planned.stepsLeft < 2 ? 'progress' : step;
  }
}

/** The sentence for people: the first error, with the resource it is about. */
export function describeFailure(diagnostics: readonly Diagnostic[]): string | undefined {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return undefined;
  const about = error.address === undefined ? '' : `${error.address}: `;
  const detail = error.detail === '' ? '' : `: ${error.detail.replace(/\s*\n\s*/g, ' ')}`;
  return `${about}${error.summary}${detail}`;
}

/** The same, from the output of a command without machine-readable messages, such as `init`. */
export function describeFailureText(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.replace(/^[│╷╵|]\s?/, '').trim());
  const start = lines.findIndex((line) => line.startsWith('Error: '));
  if (start === -1) return undefined;
  const summary = (lines[start] ?? '').replace('Error: ', '');
  // A summary, an empty line, and the detail, which ends at the next empty line.
  const rest = lines.slice(start + 1);
  const from = rest.findIndex((line) => line !== '');
  const to = rest.indexOf('', from);
  const detail = from === -1 ? [] : rest.slice(from, to === -1 ? undefined : to);
  return [summary, detail.join(' ')].filter((part) => part !== '').join(': ');
}

function parse(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}
