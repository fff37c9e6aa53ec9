/** The way in for instances: who signed this, and may they do it? */
import type { CredentialStore, RoleCredentials } from '../metadata/credentials';
import type { BucketPolicies } from './bucket-policies';
import type { AttemptedAction, AttemptedRequest, ResourceFacts } from './permissions/attempted-request';
import { attemptsOf } from './permissions/attempts';
import { evaluate, type Policies, type Principal } from './permissions/evaluate';
import type { Context } from './permissions/patterns';
import { PolicyUnreadable } from './permissions/policy';
import type { Roles } from './permissions/roles';
import { Refusal } from './refusal';
import { verifySignature } from './signature/verify';

export interface AuthorizationOptions {
  readonly accountId: string;
  readonly credentials: CredentialStore;
  readonly roles: Roles;
  readonly bucketPolicies: BucketPolicies;
  readonly facts: ResourceFacts;
  readonly now: () => number;
}

export interface ArrivedRequest extends AttemptedRequest {
  readonly sourceAddress: string;
}

export class Authorization {
  constructor(private readonly options: AuthorizationOptions) {}

  /** Who it is, if they may. @throws Refusal */
  async check(request: ArrivedRequest): Promise<RoleCredentials> {
    const { credentials, now, facts } = this.options;
    const caller = verifySignature(request, (id) => credentials.find(id), now());
    const attempts = attemptsOf(request, facts);
    if (attempts === undefined)
      throw new Refusal(
        'denied',
        `User: ${this.#principal(caller).sessionArn} is not authorized: the lab does not know which permission ` +
          `this request to ${request.service} needs`,
      );
    for (const attempt of attempts) await this.#evaluate(attempt, caller, request);
    return caller;
  }

  async #evaluate(
    { action, resource }: AttemptedAction,
    caller: RoleCredentials,
    request: ArrivedRequest,
  ): Promise<void> {
    const principal = this.#principal(caller);
    const context = contextOf(request, principal, caller, this.options.now());
    const decision = evaluate(
      { action, resource, principal, context },
      await this.#policies(caller.role, resource),
    );
    if (decision.allowed) return;
    throw new Refusal(
      'denied',
      `User: ${principal.sessionArn} is not authorized to perform: ${action} on resource: ${resource} ${decision.reason}`,
    );
  }

  async #policies(role: string, resource: string): Promise<Policies> {
    const bucket = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
    try {
      return {
        ...(await this.options.roles.policiesOf(role)),
        resource: bucket === undefined ? undefined : this.options.bucketPolicies.of(bucket),
      };
    } catch (error) {
      if (error instanceof PolicyUnreadable) throw new Refusal('denied', error.message);
      // The role was deleted under the instance: nothing allows anything any more.
      if (error instanceof Error && error.name === 'NoSuchEntityException')
        return { identity: [], boundary: undefined, resource: undefined };
      throw error;
    }
  }

  #principal({ role, instanceId }: RoleCredentials): Principal {
    const { accountId } = this.options;
    return {
      sessionArn: `arn:aws:sts::${accountId}:assumed-role/${role}/${instanceId}`,
      roleArn: `arn:aws:iam::${accountId}:role/${role}`,
      accountId,
    };
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function contextOf(
  { region, accountId, sourceAddress }: ArrivedRequest,
  { roleArn }: Principal,
  { instanceId, role }: RoleCredentials,
  now: number,
): Context {
  const one = (value: string) => [value];
  return new Map([
    ['aws:currenttime', one(new Date(now).toISOString())],
    ['aws:epochtime', one(String(Math.floor(now / 1000)))],
    ['aws:ec2instancesourceprivateipv4', one(sourceAddress)],
    ['aws:principalaccount', one(accountId)],
    ['aws:principalarn', one(roleArn)],
    ['aws:principaltype', one('AssumedRole')],
    ['aws:requestedregion', one(region)],
    ['aws:resourceaccount', one(accountId)],
    // The lab's endpoint is plain HTTP and stands for AWS's, which is TLS.
    ['aws:securetransport', one('true')],
    ['aws:sourceip', one(sourceAddress)],
    ['aws:userid', one(`${role}:${instanceId}`)],
    ['aws:viaawsservice', one('false')],
    ['ec2:sourceinstancearn', one(`arn:aws:ec2:${region}:${accountId}:instance/${instanceId}`)],
  ]);
}
