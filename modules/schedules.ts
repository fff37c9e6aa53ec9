import type { AutoscalingSchedule } from '@cdktf/provider-aws/lib/autoscaling-schedule';
import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import type { Fleet } from './fleet';
import { addressed } from './private/naming';
import { Option } from './private/option';
import { loadAutoscalingSchedule } from './private/seldom';
import type { ScheduleProps } from './props';

export interface SchedulesProps {
  /** Name of the service. */
  readonly name: string;
  readonly fleet: Fleet;
}

/**
 * Sizes by the clock.
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-scheduled-scaling.html
 */
export class Schedules extends Construct {
  readonly #byName = new Map<string, AutoscalingSchedule>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SchedulesProps,
  ) {
    super(scope, id);
  }

  /** By the names in the settings. */
  get byName(): ReadonlyMap<string, AutoscalingSchedule> {
    return this.#byName;
  }

  /** @param key of the schedule, part of Terraform's address */
  add(key: string, schedule: ScheduleProps): AutoscalingSchedule {
    const { name, fleet } = this.props;
    // Terraform sends 0 for a size that isn't said, and -1 for none.
    const unchanged = -1;
    const resource = new (loadAutoscalingSchedule())(this, key, {
      scheduledActionName: `${name}-${key}-${hashOf(schedule)}`,
      autoscalingGroupName: fleet.autoscalingGroup.name,
      minSize: schedule.minCapacity ?? unchanged,
      maxSize: schedule.maxCapacity ?? unchanged,
      desiredCapacity: schedule.desiredCapacity ?? unchanged,
      recurrence: schedule.recurrence,
      timeZone: schedule.timeZone,
      startTime: schedule.startTime,
      endTime: schedule.endTime,
      lifecycle: {
        replaceTriggeredBy: [fleet.groupIdentity],
        // AWS moves the start of a recurring one on to when it acts next.
        ignoreChanges: schedule.recurrence === undefined ? undefined : ['start_time'],
      },
    });
    const option = Option.of(schedule);
    option?.gated(resource);
    // Terraform knows what it ignores before it plans. Of a schedule that may be absent then, an apply sets limits back.
    if (option?.condition === undefined) this.leaveLimits(schedule);
    this.#byName.set(key, addressed(name, resource, key));
    return resource;
  }

  private leaveLimits({ minCapacity, maxCapacity }: ScheduleProps): void {
    const { fleet } = this.props;
    if (minCapacity !== undefined) fleet.leaveToSchedules('min_size');
    if (maxCapacity !== undefined) fleet.leaveToSchedules('max_size');
  }
}

/**
 * A schedule at other times is another one, by its name: the provider would send the start that AWS once worked out from
 * the old recurrence along with the new one, and AWS refuse it or skip a turn.
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/38983
 */
function hashOf({ recurrence = '', timeZone = '', startTime = '', endTime = '' }: ScheduleProps): string {
  const times = Fn.join('|', [recurrence, timeZone, startTime, endTime]);
  return Token.asString(Fn.substr(Fn.sha256(times), 0, 8));
}
