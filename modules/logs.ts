import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { addressed } from './private/naming';
import { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import type { LogsProps } from './props';

export interface LogsConstructProps extends PartProps {
  /** @default - logs stay on the instances */
  readonly logs?: LogsProps;
}

/** Where the instances ship their logs, if anywhere. */
export class Logs extends Construct {
  /** Undefined where logs stay on the instances, and where a group was given. */
  readonly logGroup: CloudwatchLogGroup | undefined;
  /** Undefined where logs stay on the instances; empty where that is decided at plan. */
  readonly logGroupName: string | undefined;

  constructor(scope: Construct, id: string, props: LogsConstructProps) {
    super(scope, id);
    const { name } = props;
    const logs = Option.of(props.logs);
    if (logs === undefined) return;
    const { settings } = logs;
    if ('logGroupName' in settings) {
      this.logGroupName = logs.choose(settings.logGroupName, '');
      return;
    }
    const { retentionDays: retentionInDays, kmsKeyArn: kmsKeyId } = settings;
    const group = { name, retentionInDays, kmsKeyId, tags: tagsOf(props) };
    this.logGroup = addressed(name, logs.gated(new CloudwatchLogGroup(this, 'LogGroup', group)));
    this.logGroupName = logs.choose(logs.attribute(this.logGroup, 'name'), '');
  }
}
