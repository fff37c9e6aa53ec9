import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Fn, type ITerraformDependable, Lazy, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from './private/account';
import { Call, terraform } from './private/expression';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import {
  checkManagedPolicy,
  checkManagedPolicyName,
  checkPolicyStatement,
  type PolicyStatementProps,
} from './props';
import { type Release, releasePrefix } from './release';

export interface InstanceRoleProps extends PartProps {
  readonly account: Account;
  readonly release: Release;
  /** Known at synth: a policy that referred to the group would wait for it, and the group waits for the policy. */
  readonly autoscalingGroupName: string;
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where the instances ship their logs. @default - nowhere */
  readonly logGroupName?: string;
  readonly policyStatements?: readonly PolicyStatementProps[];
  /** ARNs of managed policies by a short name. @default - none */
  readonly managedPolicies?: Readonly<Record<string, string>>;
  readonly permissionsBoundaryArn?: string;
}

/**
 * What Session Manager needs, and nothing besides: the managed policy AmazonSSMManagedInstanceCore would let
 * every instance read every parameter of the account.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
const sessionManager: PolicyStatementProps = {
  actions: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  resources: ['*'],
};

/** The role of the instances, with what they need for themselves and what the service may do. */
export class InstanceRole extends Construct {
  readonly role: IamRole;
  readonly profile: IamInstanceProfile;
  /** What the service may do, beside what the instance needs; there once something is allowed. */
  private servicePolicy: IamRolePolicy | undefined;
  private readonly serviceStatements: PolicyStatementProps[] = [];
  private readonly service: string;
  private readonly requirements: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    const { name, policyStatements = [], managedPolicies = {} } = props;
    this.service = name;
    // IAM names are the account's, not the region's: with a fixed name a service could run in one region only.
    const namePrefix = `${name}-instance-`;
    this.role = addressed(
      name,
      new IamRole(this, 'Role', {
        namePrefix,
        description: `Instances of ${name}`,
        assumeRolePolicy: terraform(
          new Call('jsonencode', {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
            ],
          }),
        ),
        permissionsBoundary: props.permissionsBoundaryArn,
        tags: tagsOf(props),
      }),
      'instance',
    );
    this.profile = addressed(
      name,
      new IamInstanceProfile(this, 'Profile', { namePrefix, role: this.role.name, tags: tagsOf(props) }),
      'instance',
    );
    this.requirements = [
      this.addPolicy('session-manager', [sessionManager]),
      this.addPolicy('boot', bootStatements(props)),
    ];
    for (const statement of policyStatements) this.addPolicyStatement(statement);
    for (const [shortName, arn] of Object.entries(managedPolicies)) this.addManagedPolicy(shortName, arn);
  }

  /** An instance needs them from its first second on. */
  get policies(): readonly ITerraformDependable[] {
    return [...this.requirements];
  }

  /** @returns the policy that has the statement */
  addPolicyStatement(statement: PolicyStatementProps): ITerraformDependable {
    checkPolicyStatement(statement, 'statement', Token.isUnresolved);
    this.serviceStatements.push(statement);
    if (this.servicePolicy === undefined) {
      this.servicePolicy = this.addPolicy('service', this.serviceStatements);
      this.requirements.push(this.servicePolicy);
    }
    return this.servicePolicy;
  }

  /** @param shortName part of the attachment's Terraform address */
  addManagedPolicy(shortName: string, policyArn: string): ITerraformDependable {
    checkManagedPolicyName(shortName, 'shortName', Token.isUnresolved);
    checkManagedPolicy(policyArn, 'policyArn', Token.isUnresolved);
    const attachment = addressed(
      this.service,
      new IamRolePolicyAttachment(this, `managed-${shortName}`, { role: this.role.name, policyArn }),
      shortName,
    );
    this.requirements.push(attachment);
    return attachment;
  }

  /** The statements are read at synth, so that some can be added until then. */
  private addPolicy(name: string, statements: readonly PolicyStatementProps[]): IamRolePolicy {
    return addressed(
      this.service,
      new IamRolePolicy(this, name, {
        name,
        role: this.role.id,
        policy: Lazy.stringValue({
          produce: () => terraform(new Call('jsonencode', documentOf(statements))),
        }),
      }),
      name,
    );
  }
}

function documentOf(statements: readonly PolicyStatementProps[]) {
  return {
    Version: '2012-10-17',
    Statement: statements.map(({ effect = 'Allow', actions, resources, conditions }) => ({
      Effect: effect,
      Action: actions,
      Resource: resources,
      Condition: conditions,
    })),
  };
}

/** What an instance needs to get into service by itself, each on its own service's things alone. */
function bootStatements(props: InstanceRoleProps): PolicyStatementProps[] {
  const { account, release, autoscalingGroupName, secrets = {}, logGroupName } = props;
  const parameters = [...new Set(Object.values(secrets))];
  return [
    {
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      resources: [`${release.bucket.arn}/${releasePrefix}*`],
    },
    {
      actions: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
      resources: [
        account.arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${autoscalingGroupName}`),
      ],
    },
    ...(parameters.length === 0
      ? []
      : [
          {
            actions: ['ssm:GetParameters'],
            resources: parameters.map((parameter) =>
              account.arn('ssm', `parameter/${withoutSlash(parameter)}`),
            ),
          },
        ]),
    ...(logGroupName === undefined
      ? []
      : [
          {
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [account.arn('logs', `log-group:${logGroupName}:*`)],
          },
        ]),
  ];
}

/** A parameter whose name begins with a slash has one slash in its ARN, not two. */
function withoutSlash(parameter: string): string {
  return Token.isUnresolved(parameter) ? Fn.trimprefix(parameter, '/') : parameter.replace(/^\//, '');
}
