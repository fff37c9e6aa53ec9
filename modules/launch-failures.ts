import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import { Call, terraform } from './private/expression';
import { addressed } from './private/naming';
import { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import { loadCloudwatchEventRule, loadCloudwatchEventTarget } from './private/seldom';
import type { LaunchFailuresProps } from './props';

export interface LaunchFailuresConstructProps extends PartProps {
  readonly autoscalingGroupName: string;
  readonly failures: Option<LaunchFailuresProps>;
  /** Where they are told: the part of the target's address, the topic's ARN, and the topic's own condition. */
  readonly topics: readonly { readonly part: string; readonly arn: string; readonly settings: object }[];
}

const part = 'launch_failures';

/**
 * Launches that failed. No metric counts them; Auto Scaling tells EventBridge of each, which tells the topics.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
 */
export class LaunchFailures extends Construct {
  readonly rule: CloudwatchEventRule;

  constructor(scope: Construct, id: string, props: LaunchFailuresConstructProps) {
    super(scope, id);
    const { name, failures, topics, autoscalingGroupName } = props;
    const { enabled = true } = failures.settings;
    this.rule = new (loadCloudwatchEventRule())(this, 'Rule', {
      name: `${name}-launch-failures`,
      description: `Instances that ${name} could not launch`,
      state: enabled ? 'ENABLED' : 'DISABLED',
      eventPattern: terraform(
        new Call('jsonencode', {
          source: ['aws.autoscaling'],
          'detail-type': ['EC2 Instance Launch Unsuccessful'],
          detail: { AutoScalingGroupName: [autoscalingGroupName] },
        }),
      ),
      tags: tagsOf(props, 'launch-failures'),
    });
    addressed(name, failures.gated(this.rule), part);
    for (const topic of topics) {
      const target = new (loadCloudwatchEventTarget())(this, topic.part, {
        rule: failures.attribute(this.rule, 'name'),
        targetId: topic.part.replaceAll('_', '-'),
        arn: topic.arn,
        inputTransformer: {
          inputPaths: {
            cause: '$.detail.Cause',
            group: '$.detail.AutoScalingGroupName',
            status: '$.detail.StatusMessage',
            time: '$.time',
          },
          inputTemplate: '"<group> could not launch an instance at <time>: <status> <cause>"',
        },
      });
      const present = failures.within(topic.settings) ?? Option.of({});
      addressed(name, present?.gated(target) ?? target, topic.part);
    }
  }
}
