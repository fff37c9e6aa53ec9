import { type Check, hasKey, object, oneOfNumbers, text } from '../private/shape';

export type LogsProps = OwnLogGroupProps | ExistingLogGroupProps;

/** A log group of the service's own, named after it. A destroy deletes it with all it holds. */
export interface OwnLogGroupProps {
  /**
   * Days until a log event expires: one of the numbers that AWS takes.
   * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
   */
  readonly retentionDays: number;
  /**
   * ARN of the key that encrypts it. The key's policy has to admit CloudWatch Logs of the region; with another key, old
   * events need the old one.
   * @default - CloudWatch Logs' own key: what it holds is always encrypted
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
   */
  readonly kmsKeyArn?: string;
}

/**
 * A log group that exists, and stays.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
 */
export interface ExistingLogGroupProps {
  /** Its name, in the service's region and account. */
  readonly logGroupName: string;
}

/** The days that CloudWatch Logs takes. */
export const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const ownLogGroup = object(
  { retentionDays: oneOfNumbers(logRetentionDays) },
  { kmsKeyArn: text('the ARN of a key, arn:…:kms:…', /^arn:[\w-]+:kms:\S+$/) },
);
const existingLogGroup = object({
  logGroupName: text('the name of a log group, 1 to 512 letters, digits and _ - / . #', /^[\w\-/.#]{1,512}$/),
});
export const checkLogs: Check = (value, at, isReference) => {
  (hasKey(value, 'logGroupName') ? existingLogGroup : ownLogGroup)(value, at, isReference);
};
