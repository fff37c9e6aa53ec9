// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how Terraform writes a reference
import { AutoscaledService, presentIf, type ScheduleProps } from '../../modules';
import { at, synthesize, synthesizeService } from './synthesize';

const recurrence = '0 22 * * *';
const nextYear = `${new Date().getUTCFullYear() + 1}-03-01T06:00:00Z`;

const made = (night: ScheduleProps) => synthesizeService({ scaling: { schedules: { night } } });
const schedule = (night: ScheduleProps) => at(made(night), 'aws_autoscaling_schedule.web_night');
const ignoredBy = (night: ScheduleProps) => {
  const { lifecycle } = at(made(night), 'aws_autoscaling_group.web');
  return (lifecycle as { ignore_changes: string[] }).ignore_changes;
};

test('F8: a size that is not said is left as it is, and not made 0', () => {
  expect(schedule({ minCapacity: 2, recurrence })).toMatchObject({
    min_size: 2,
    max_size: -1,
    desired_capacity: -1,
  });
  expect(schedule({ minCapacity: 0, maxCapacity: 4, desiredCapacity: 0, recurrence })).toMatchObject({
    min_size: 0,
    max_size: 4,
    desired_capacity: 0,
  });
});

test('a schedule is at its times, in its zone, and goes with the group', () => {
  expect(
    schedule({ maxCapacity: 3, recurrence, timeZone: 'Europe/Berlin', startTime: nextYear }),
  ).toMatchObject({
    autoscaling_group_name: '${aws_autoscaling_group.web.name}',
    recurrence,
    time_zone: 'Europe/Berlin',
    start_time: nextYear,
    lifecycle: { replace_triggered_by: ['aws_autoscaling_group.web.id'] },
  });
});

test('the start of one that recurs is left to AWS, which moves it on; that of one that runs once is not', () => {
  expect(schedule({ minCapacity: 1, recurrence })).toMatchObject({
    lifecycle: { ignore_changes: ['start_time'] },
  });
  expect(schedule({ minCapacity: 1, startTime: nextYear }).lifecycle).not.toHaveProperty('ignore_changes');
});

test('other times make it another schedule, other sizes do not', () => {
  const name = (more: Partial<ScheduleProps>) =>
    schedule({ minCapacity: 1, recurrence, ...more }).scheduled_action_name;
  const names = [
    name({}),
    name({ recurrence: '0 23 * * *' }),
    name({ timeZone: 'Europe/Berlin' }),
    name({ startTime: nextYear }),
    name({ endTime: nextYear }),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(name({ minCapacity: 2, maxCapacity: 2 })).toBe(names[0]);
  expect(names[0]).toMatch(/^web-night-\$\{substr\(sha256\(/);
});

test.each<readonly [string, ScheduleProps, readonly string[]]>([
  ['the minimum', { minCapacity: 2, recurrence }, ['min_size']],
  ['the maximum', { maxCapacity: 4, recurrence }, ['max_size']],
  ['both', { minCapacity: 2, maxCapacity: 4, recurrence }, ['min_size', 'max_size']],
  ['neither, but the number of instances', { desiredCapacity: 2, recurrence }, []],
])('an apply leaves the limits that a schedule changes: %s', (_what, night, limits) => {
  expect(ignoredBy(night)).toEqual(['initial_lifecycle_hook', ...limits]);
});

test('schedules can be added, each by its name', () => {
  const configuration = synthesize((stack) => {
    const { scaling } = new AutoscaledService(stack, 'Service', { name: 'web', maxCapacity: 4 });
    scaling.addSchedule('day', { minCapacity: 2, recurrence: '0 8 * * *' });
    scaling.addSchedule('night', { minCapacity: 1, recurrence });
    expect([...scaling.schedules.keys()]).toEqual(['day', 'night']);
  });
  expect(at(configuration, 'aws_autoscaling_schedule.web_day')).toMatchObject({ min_size: 2 });
  expect(at(configuration, 'aws_autoscaling_group.web').lifecycle).toMatchObject({
    ignore_changes: ['initial_lifecycle_hook', 'min_size'],
  });
});

test('a schedule may be left to the plan', () => {
  const night = presentIf('var.night != null', { maxCapacity: 2, recurrence });
  expect(schedule(night).count).toBe('${var.night != null ? 1 : 0}');
  expect(ignoredBy(night)).toEqual(['initial_lifecycle_hook']);
});
