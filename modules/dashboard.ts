import type { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Fn, Lazy, Op, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Alarms } from './alarms';
import type { Account } from './private/account';
import { Call, terraform } from './private/expression';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { loadCloudwatchDashboard } from './private/seldom';
import { type DashboardProps, dashboardDefaults, type MetricProps } from './props';
import type { ServiceMetrics } from './service-metrics';

export interface DashboardConstructProps {
  /** Name of the service. */
  readonly name: string;
  readonly account: Account;
  readonly metrics: ServiceMetrics;
  readonly dashboard: Option<DashboardProps>;
  /** Percent; undefined where no policy follows the CPU. */
  readonly cpuTarget: number | undefined;
  /** Whether the group tells of itself. */
  readonly hasGroupMetrics: boolean;
  /** Asked at synth, since some may be added until then. Undefined where there are none. */
  readonly alarms: () => Pick<Alarms, 'arns' | 'areThereForSure'> | undefined;
}

/** A line of a graph. */
interface Line {
  readonly label: string;
  readonly metric: MetricProps;
}

/** What a graph shows, beside its lines. */
interface Graph {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly stacked?: boolean;
  /** A line that is drawn across: what the values are held at. */
  readonly mark?: { readonly label: string; readonly value: number };
}

/** Of the 24 columns that a dashboard has. */
const graphWidth = 8;
const graphHeight = 6;
const alarmsHeight = 3;
const graphsInRow = 24 / graphWidth;

/**
 * One look at the service.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export class Dashboard extends Construct {
  readonly dashboard: CloudwatchDashboard;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DashboardConstructProps,
  ) {
    super(scope, id);
    const { name, account, dashboard } = props;
    this.dashboard = new (loadCloudwatchDashboard())(this, 'Dashboard', {
      // Dashboards are of the account, not of a region: with the service's name alone it could have but one.
      dashboardName: `${name}-${account.region}`,
      dashboardBody: Lazy.stringValue({ produce: () => this.body() }),
    });
    addressed(name, dashboard.gated(this.dashboard));
  }

  private body(): string {
    const alarms = this.props.alarms();
    const top = alarms === undefined ? 0 : alarmsHeight;
    const graphs = this.graphs().map((graph, index) => ({
      type: 'metric',
      x: (index % graphsInRow) * graphWidth,
      y: top + Math.floor(index / graphsInRow) * graphHeight,
      width: graphWidth,
      height: graphHeight,
      properties: this.propertiesOf(graph),
    }));
    const widgets = alarms === undefined ? graphs : new Call('concat', alarmWidgets(alarms), graphs);
    return terraform(new Call('jsonencode', { widgets }));
  }

  private graphs(): Graph[] {
    const { metrics, cpuTarget, hasGroupMetrics } = this.props;
    const percentile = (statistic: string) => ({ label: statistic, metric: metrics.latency(statistic) });
    const answers = ([2, 3, 4, 5] as const).map((statusClass) => ({
      label: `${statusClass}xx`,
      metric: metrics.answers(statusClass),
    }));
    const capacity: Graph = {
      title: 'Capacity',
      lines: [
        { label: 'in service', metric: metrics.group('InServiceCapacity') },
        { label: 'desired', metric: metrics.group('DesiredCapacity') },
        { label: 'minimum', metric: metrics.group('MinSize') },
        { label: 'maximum', metric: metrics.group('MaxSize') },
      ],
    };
    return [
      { title: 'Requests', lines: [{ label: 'requests', metric: metrics.requests() }] },
      { title: 'Latency in seconds', lines: ['p50', 'p90', 'p99'].map(percentile) },
      {
        title: 'Answers by status',
        stacked: true,
        lines: [...answers, { label: 'load balancer 5xx', metric: metrics.loadBalancerErrors() }],
      },
      {
        title: 'Hosts',
        lines: [
          { label: 'healthy', metric: metrics.healthyHosts() },
          { label: 'unhealthy', metric: metrics.unhealthyHosts() },
        ],
      },
      ...(hasGroupMetrics ? [capacity] : []),
      {
        title: 'CPU in percent',
        lines: [
          { label: 'average', metric: metrics.cpu() },
          { label: 'highest', metric: metrics.cpu('Maximum') },
        ],
        mark: cpuTarget === undefined ? undefined : { label: 'target', value: cpuTarget },
      },
    ];
  }

  private propertiesOf({ title, lines, stacked = false, mark }: Graph): object {
    const { account, metrics, dashboard } = this.props;
    return {
      title,
      region: account.region,
      view: 'timeSeries',
      stacked,
      period: dashboard.settings.periodSeconds ?? dashboardDefaults.periodSeconds,
      metrics: lines.map(({ label, metric }) => {
        const { namespace, metricName, dimensions, statistic } = metrics.resolve(metric);
        return [namespace, metricName, ...Object.entries(dimensions).flat(), { stat: statistic, label }];
      }),
      yAxis: { left: { min: 0 } },
      annotations: mark && { horizontal: [mark] },
    };
  }
}

/** One widget, and none where the plan leaves no alarm: CloudWatch takes no empty list of them. */
function alarmWidgets({ arns, areThereForSure }: Pick<Alarms, 'arns' | 'areThereForSure'>): unknown {
  const widget = {
    type: 'alarm',
    x: 0,
    y: 0,
    width: 24,
    height: alarmsHeight,
    // What is absent at plan is null.
    properties: { title: 'Alarms', alarms: new Call('compact', arns) },
  };
  if (areThereForSure) return [widget];
  const some = Op.gte(Fn.lengthOf(Fn.compact([...arns])), 1);
  return Token.asString(Fn.conditional(some, terraform([widget]), terraform([])));
}
