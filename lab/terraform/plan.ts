/** What `terraform show -json` says of a plan. https://developer.hashicorp.com/terraform/internals/json-format */

export interface PlannedChange {
  readonly address: string;
  /** `['create']`, `['update']`, `['delete', 'create']`, … as Terraform writes them. */
  readonly actions: readonly string[];
}

export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly outputsChanged: boolean;
  /** Nothing to do: no resource and no output would change. */
  readonly empty: boolean;
}

interface PlanDocument {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[] };
  }[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
}

export function readPlan(json: string): Plan {
  const document = JSON.parse(json) as PlanDocument;
  const changes = (document.resource_changes ?? [])
    .filter(({ change }) => isChange(change.actions))
    .map(({ address, change }) => ({ address, actions: change.actions }));
  const outputsChanged = Object.values(document.output_changes ?? {}).some(({ actions }) =>
    isChange(actions),
  );
  return { changes, outputsChanged, empty: changes.length === 0 && !outputsChanged };
}

function isChange(actions: readonly string[]): boolean {
  return actions.some((action) => action !== 'no-op');
}
