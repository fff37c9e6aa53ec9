import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Fn, type ITerraformDependable, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from './private/account';
import { Call, terraform } from './private/expression';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import type { PolicyStatementProps } from './props';
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
  /** An instance needs them from its first second on. */
  readonly policies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    const { name, policyStatements = [] } = props;
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
        tags: tagsOf(props),
      }),
      'instance',
    );
    this.profile = addressed(
      name,
      new IamInstanceProfile(this, 'Profile', { namePrefix, role: this.role.name, tags: tagsOf(props) }),
      'instance',
    );
    const policies = [
      this.addPolicy(name, 'session-manager', [sessionManager]),
      this.addPolicy(name, 'boot', bootStatements(props)),
    ];
    if (policyStatements.length > 0) policies.push(this.addPolicy(name, 'service', policyStatements));
    this.policies = policies;
  }

  private addPolicy(service: string, name: string, statements: readonly PolicyStatementProps[]) {
    const document = {
      Version: '2012-10-17',
      Statement: statements.map(({ effect = 'Allow', actions, resources, conditions }) => ({
        Effect: effect,
        Action: actions,
        Resource: resources,
        Condition: conditions,
      })),
    };
    return addressed(
      service,
      new IamRolePolicy(this, name, {
        name,
        role: this.role.id,
        policy: terraform(new Call('jsonencode', document)),
      }),
      name,
    );
  }
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
