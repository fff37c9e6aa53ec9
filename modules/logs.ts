import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { addressed } from './private/naming';
import { type PartProps, tagsOf } from './private/part';
import type { LogsProps } from './props';

export interface LogsConstructProps extends PartProps {
  /** @default - logs stay on the instances */
  readonly logs?: LogsProps;
}

/** Where the instances ship their logs, if anywhere. */
export class Logs extends Construct {
  /** Undefined where logs stay on the instances. */
  readonly logGroupName: string | undefined;

  constructor(scope: Construct, id: string, props: LogsConstructProps) {
    super(scope, id);
    const { name, logs } = props;
    if (logs === undefined) return;
    if ('logGroupName' in logs) {
      this.logGroupName = logs.logGroupName;
      return;
    }
    const { retentionDays: retentionInDays } = logs;
    const group = new CloudwatchLogGroup(this, 'LogGroup', { name, retentionInDays, tags: tagsOf(props) });
    this.logGroupName = addressed(name, group).name;
  }
}
