import { all, type Control, every, nested, the } from './control';

const group = 'aws_autoscaling_group';

/** https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html */
export const autoScalingControls: readonly Control[] = [
  {
    id: 'AutoScaling.1',
    title: "the group goes by the load balancer's health checks",
    holds: (configuration) => the(configuration, group).health_check_type === 'ELB',
    weaken: (configuration) => {
      the(configuration, group).health_check_type = 'EC2';
    },
  },
  {
    id: 'AutoScaling.2',
    title: 'the group spans several Availability Zones',
    holds: (configuration) => {
      const { vpc_zone_identifier: subnets } = the(configuration, group);
      return typeof subnets === 'string' ? subnets.includes('[*]') : (subnets as unknown[]).length >= 2;
    },
    weaken: (configuration) => {
      the(configuration, group).vpc_zone_identifier = ['subnet-1'];
    },
  },
  {
    id: 'AutoScaling.6',
    title: 'the group has several instance types',
    holds: (configuration) => {
      const [policy] = nested(the(configuration, group), 'mixed_instances_policy');
      const [template] = nested(policy ?? {}, 'launch_template');
      return nested(template ?? {}, 'override').length > 1;
    },
    weaken: (configuration) => {
      delete the(configuration, group).mixed_instances_policy;
    },
    notByDefault: { reason: 'two types scale unlike one another; who needs them says which' },
  },
  {
    id: 'AutoScaling.9',
    title: 'the group uses a launch template',
    holds: (configuration) => {
      const { launch_template, mixed_instances_policy } = the(configuration, group);
      return launch_template !== undefined || mixed_instances_policy !== undefined;
    },
    weaken: (configuration) => {
      delete the(configuration, group).launch_template;
    },
  },
];

/** The policies that are documents; their text is an expression of Terraform's. */
const policies = (configuration: Parameters<Control['holds']>[0]) =>
  all(configuration, 'aws_iam_role_policy').map(({ policy }) => String(policy));

const addStatement = (action: string): Control['weaken'] => {
  return (configuration) => {
    const [first] = all(configuration, 'aws_iam_role_policy') as Record<string, unknown>[];
    if (first !== undefined) {
      first.policy = `{"Effect" = "Allow", "Action" = ["${action}"], "Resource" = ["*"]}`;
    }
  };
};

/** https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html */
export const iamControls: readonly Control[] = [
  {
    id: 'IAM.1',
    title: 'no policy allows everything',
    holds: (configuration) => policies(configuration).every((text) => !/"Action" = \["\*"/.test(text)),
    weaken: addStatement('*'),
  },
  {
    id: 'IAM.21',
    title: 'no policy allows all actions of a service',
    holds: (configuration) =>
      policies(configuration).every((text) => !/"Action" = \[[^\]]*"[\w-]+:\*"/.test(text)),
    weaken: addStatement('s3:*'),
  },
  {
    id: 'IAM.24',
    title: 'roles are tagged',
    holds: (configuration) => every(configuration, 'aws_iam_role', ({ tags }) => tags !== undefined),
    weaken: (configuration) => {
      for (const role of all(configuration, 'aws_iam_role') as Record<string, unknown>[]) delete role.tags;
    },
  },
];
