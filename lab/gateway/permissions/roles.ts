/** What a role may do, as IAM has it. */
import {
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { type Policy, parsePolicy } from './policy';

export interface RolePolicies {
  readonly identity: readonly Policy[];
  readonly boundary: Policy | undefined;
}

/** Milliseconds for which an answer of IAM's is taken as it was; a boot makes a dozen requests within it. */
const cacheTime = 2_000;

export class Roles {
  readonly #policies = new Map<string, Remembered<RolePolicies>>();
  readonly #profiles = new Map<string, Remembered<string | undefined>>();

  constructor(
    private readonly iam: IAMClient,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws PolicyUnreadable */
  policiesOf(role: string): Promise<RolePolicies> {
    return this.#remember(this.#policies, role, () => this.#readPolicies(role));
  }

  /** The role of an instance profile, by the profile's name; undefined where there is none (yet). */
  roleOf(profile: string): Promise<string | undefined> {
    return this.#remember(this.#profiles, profile, () => this.#readProfile(profile));
  }

  #remember<T>(cache: Map<string, Remembered<T>>, key: string, read: () => Promise<T>): Promise<T> {
    const known = cache.get(key);
    if (known !== undefined && this.now() < known.until) return known.value;
    const value = read();
    cache.set(key, { value, until: this.now() + cacheTime });
    // What failed is asked again at once.
    value.catch(() => cache.delete(key));
    return value;
  }

  async #readProfile(profile: string): Promise<string | undefined> {
    try {
      const { InstanceProfile } = await this.iam.send(
        new GetInstanceProfileCommand({ InstanceProfileName: profile }),
      );
      return InstanceProfile?.Roles?.[0]?.RoleName;
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchEntityException') return undefined;
      throw error;
    }
  }

  async #readPolicies(role: string): Promise<RolePolicies> {
    const [{ Role }, { PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
      this.iam.send(new GetRoleCommand({ RoleName: role })),
      this.iam.send(new ListRolePoliciesCommand({ RoleName: role })),
      this.iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role })),
    ]);
    const bound = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    return {
      identity: await Promise.all([
        ...PolicyNames.map((name) => this.#inline(role, name)),
        ...AttachedPolicies.map(({ PolicyArn = '' }) => this.#managed(PolicyArn)),
      ]),
      boundary: bound === undefined ? undefined : await this.#managed(bound),
    };
  }

  async #inline(role: string, name: string): Promise<Policy> {
    const { PolicyDocument = '' } = await this.iam.send(
      new GetRolePolicyCommand({ RoleName: role, PolicyName: name }),
    );
    // IAM answers documents percent-encoded.
    return parsePolicy(name, decodeURIComponent(PolicyDocument));
  }

  async #managed(arn: string): Promise<Policy> {
    const { Policy } = await this.iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const { PolicyVersion } = await this.iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }),
    );
    return parsePolicy(arn, decodeURIComponent(PolicyVersion?.Document ?? ''));
  }
}

interface Remembered<T> {
  readonly value: Promise<T>;
  readonly until: number;
}
