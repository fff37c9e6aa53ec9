import type { AutoscalingGroup } from '@cdktf/provider-aws/lib/autoscaling-group';
import { Fn, Token } from 'cdktf';
import { Option } from './private/option';
import { type ObservabilityProps, serviceDefaults } from './props';
import type { GroupMetricName } from './service-metrics';

const collected: readonly GroupMetricName[] = [
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'InServiceCapacity',
  'InServiceInstances',
  'PendingInstances',
  'StandbyInstances',
  'TerminatingInstances',
  'TotalInstances',
];

/** Has a group tell of itself once a minute, the only pace that there is, as `observability` asks. */
export function addGroupMetrics(group: AutoscalingGroup, props: ObservabilityProps | undefined): void {
  const observability = Option.of(props);
  if (observability === undefined) return;
  if (!(props?.groupMetrics ?? serviceDefaults.observability.groupMetrics)) return;
  const names = collected.map((name) => `Group${name}`);
  const asSet = (list: readonly string[]) => Token.asString(Fn.toset([...list]));
  const known = observability.condition === undefined;
  group.addOverride('enabled_metrics', known ? names : observability.choose(asSet(names), asSet([])));
}
