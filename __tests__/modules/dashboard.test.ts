// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, type AutoscaledServiceProps, presentIf } from '../../modules';
import { evaluate } from './evaluate';
import { at, type Block, type Configuration, synthesize, synthesizeService } from './synthesize';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly [key: string]: unknown; readonly title: string };
}

const alarmParts = [
  'target_errors',
  'load_balancer_errors',
  'latency',
  'unhealthy_hosts',
  'at_maximum',
  'hot',
];

function bodyOf(configuration: Configuration): Widget[] {
  const { dashboard_body } = at(configuration, 'aws_cloudwatch_dashboard.web');
  const text = evaluate(dashboard_body, {
    'data.aws_region.web.id': 'eu-central-1',
    'aws_lb.web.arn_suffix': 'app/web/1',
    'aws_lb_target_group.web.arn_suffix': 'targetgroup/web/2',
    'aws_autoscaling_group.web.name': 'web',
    ...Object.fromEntries(
      alarmParts.map((part) => [`aws_cloudwatch_metric_alarm.web_${part}.arn`, `arn:${part}`]),
    ),
    'aws_cloudwatch_metric_alarm.web_latency[*].arn': [],
  });
  return (JSON.parse(String(text)) as { widgets: Widget[] }).widgets;
}

const withDashboard = (
  more: AutoscaledServiceProps['observability'] = {},
  props: Partial<AutoscaledServiceProps> = {},
) => synthesizeService({ observability: { dashboard: {}, ...more }, ...props });

function graph(title: string, widgets: readonly Widget[]): Widget['properties'] {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (found === undefined)
    throw new Error(`${title} is not in ${widgets.map(({ properties }) => properties.title)}`);
  return found.properties;
}

test('a dashboard shows what a service does, at one look', () => {
  expect(bodyOf(withDashboard()).map(({ properties }) => properties.title)).toEqual([
    'Requests',
    'Latency in seconds',
    'Answers by status',
    'Hosts',
    'Capacity',
    'CPU in percent',
  ]);
});

test('its name is of the account, so it has the region in it', () => {
  expect(at(withDashboard(), 'aws_cloudwatch_dashboard.web').dashboard_name).toBe(
    'web-${data.aws_region.web.id}',
  );
});

test('graphs have the metrics of this service, each line with its statistic', () => {
  const widgets = bodyOf(withDashboard());
  const targets = ['LoadBalancer', 'app/web/1', 'TargetGroup', 'targetgroup/web/2'];
  expect(graph('Latency in seconds', widgets).metrics).toEqual(
    ['p50', 'p90', 'p99'].map((stat) => [
      'AWS/ApplicationELB',
      'TargetResponseTime',
      ...targets,
      { stat, label: stat },
    ]),
  );
  expect(graph('Answers by status', widgets).metrics).toContainEqual([
    'AWS/ApplicationELB',
    'HTTPCode_ELB_5XX_Count',
    'LoadBalancer',
    'app/web/1',
    { stat: 'Sum', label: 'load balancer 5xx' },
  ]);
  expect(graph('Capacity', widgets).metrics).toContainEqual([
    'AWS/AutoScaling',
    'GroupDesiredCapacity',
    'AutoScalingGroupName',
    'web',
    { stat: 'Average', label: 'desired' },
  ]);
});

test.each([
  ['alone', withDashboard()],
  ['with alarms', withDashboard({ alarms: {} })],
])('widgets stand side by side within 24 columns, and none on another: %s', (_what, configuration) => {
  const cells = new Set<string>();
  let area = 0;
  for (const { x, y, width, height } of bodyOf(configuration)) {
    expect(x + width).toBeLessThanOrEqual(24);
    area += width * height;
    for (let column = x; column < x + width; column += 1) {
      for (let row = y; row < y + height; row += 1) cells.add(`${column} ${row}`);
    }
  }
  expect(cells.size).toBe(area);
});

test('the target of the CPU is drawn across, where there is one', () => {
  const annotations = (props: Partial<AutoscaledServiceProps>) =>
    graph('CPU in percent', bodyOf(withDashboard({}, props))).annotations;
  expect(annotations({ cpuTarget: 40 })).toEqual({ horizontal: [{ label: 'target', value: 40 }] });
  const scaling = { requests: { perTargetPerSecond: 1 } };
  expect(annotations({ cpuTarget: 'none', scaling })).toBeUndefined();
});

test('alarms stand on top, with those that are added later and without those that are absent at plan', () => {
  const configuration = synthesize((stack) => {
    const latency = presentIf('var.latency != null', {});
    const { observability } = new AutoscaledService(stack, 'Service', {
      name: 'web',
      observability: { alarms: { latency }, dashboard: {} },
    });
    observability.addAlarm('hot', { measure: observability.metrics.cpu(), threshold: 90 });
  });
  const [first] = bodyOf(configuration);
  expect(first).toMatchObject({ type: 'alarm', y: 0, width: 24 });
  expect(first?.properties.alarms).toEqual(
    alarmParts.filter((part) => part !== 'latency').map((part) => `arn:${part}`),
  );
});

test('where the plan may leave no alarm, the plan says whether their widget is there', () => {
  const alarms = presentIf('var.alarms != null', {});
  const { dashboard_body } = at(withDashboard({ alarms }), 'aws_cloudwatch_dashboard.web');
  const arns = '(one\\(aws_cloudwatch_metric_alarm\\.web_\\w+\\[\\*\\]\\.arn\\)(, )?){5}';
  expect(dashboard_body).toMatch(
    new RegExp(`concat\\("\\$\\{\\(?length\\(compact\\(\\[${arns}\\]\\)\\) >= 1\\)? \\? \\[`),
  );
});

test('points are a minute apart, or five', () => {
  expect(graph('Requests', bodyOf(withDashboard())).period).toBe(60);
  expect(graph('Requests', bodyOf(withDashboard({ dashboard: { periodSeconds: 300 } }))).period).toBe(300);
});

describe("the group's own metrics", () => {
  const enabled = (observability: AutoscaledServiceProps['observability']) =>
    at(synthesizeService({ observability }), 'aws_autoscaling_group.web').enabled_metrics;

  test('are put once something is to be seen of the service', () => {
    expect(enabled({})).toEqual(
      expect.arrayContaining(['GroupInServiceCapacity', 'GroupMaxSize', 'GroupDesiredCapacity']),
    );
    expect(enabled(undefined)).toBeUndefined();
  });

  test('may be switched off, and are on no dashboard then', () => {
    expect(enabled({ groupMetrics: false })).toBeUndefined();
    const titles = bodyOf(withDashboard({ groupMetrics: false })).map(({ properties }) => properties.title);
    expect(titles).not.toContain('Capacity');
  });

  test('may be left to the plan, with all that is in observability', () => {
    const configuration = synthesizeService({
      observability: presentIf('var.seen != null', {
        dashboard: presentIf('var.board != null', {}),
        alarms: {},
      }),
    });
    expect((at(configuration, 'aws_autoscaling_group.web') as Block).enabled_metrics).toMatch(
      /^\$\{\(?var\.seen != null\)? \? toset\(\["GroupMinSize", .*\]\) : toset\(\[\]\)\}$/,
    );
    expect(at(configuration, 'aws_cloudwatch_dashboard.web').count).toBe(
      '${(var.seen != null ? var.board != null : false) ? 1 : 0}',
    );
    expect(at(configuration, 'aws_cloudwatch_metric_alarm.web_latency').count).toBe(
      '${var.seen != null ? 1 : 0}',
    );
  });
});
