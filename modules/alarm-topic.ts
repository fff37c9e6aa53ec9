import type { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import type { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from './private/account';
import { Call, terraform } from './private/expression';
import { addressed } from './private/naming';
import type { Option } from './private/option';
import { type PartProps, tagsOf } from './private/part';
import {
  loadKmsAlias,
  loadKmsKey,
  loadSnsTopic,
  loadSnsTopicPolicy,
  loadSnsTopicSubscription,
} from './private/seldom';
import type { AlarmTopicProps } from './props';

export interface AlarmTopicConstructProps extends PartProps {
  readonly account: Account;
  readonly topic: Option<AlarmTopicProps>;
  /** Whether EventBridge publishes to it too. */
  readonly events: boolean;
}

const part = 'alarms';
/** As short as KMS lets it be: nothing that the key encrypted outlives its delivery. */
const keyDeletionDays = 7;

/** The topic that a service's alarms go to, its key, and who gets them. */
export class AlarmTopic extends Construct {
  readonly topic: SnsTopic;
  /** Undefined where one was given. */
  readonly key: KmsKey | undefined;
  /** Null where the topic is absent at plan. */
  readonly topicArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmTopicConstructProps,
  ) {
    super(scope, id);
    const { name, topic } = props;
    const { kmsKeyArn, emails = {} } = topic.settings;
    if (kmsKeyArn === undefined) this.key = this.addKey();
    this.topic = this.add(
      new (loadSnsTopic())(this, 'Topic', {
        name: `${name}-alarms`,
        kmsMasterKeyId: this.key === undefined ? kmsKeyArn : topic.attribute(this.key, 'arn'),
        tags: tagsOf(props, part),
      }),
    );
    this.topicArn = topic.attribute(this.topic, 'arn');
    this.add(new (loadSnsTopicPolicy())(this, 'Policy', { arn: this.topicArn, policy: this.topicPolicy() }));
    for (const [short, endpoint] of Object.entries(emails)) {
      const subscription = { topicArn: this.topicArn, protocol: 'email', endpoint };
      this.add(new (loadSnsTopicSubscription())(this, `mail-${short}`, subscription), `${part}_${short}`);
    }
  }

  private addKey(): KmsKey {
    const { name, topic } = this.props;
    const key = this.add(
      new (loadKmsKey())(this, 'Key', {
        description: `Alarms of ${name}`,
        enableKeyRotation: true,
        deletionWindowInDays: keyDeletionDays,
        policy: this.keyPolicy(),
        tags: tagsOf(this.props, part),
      }),
    );
    const targetKeyId = topic.attribute(key, 'key_id');
    this.add(new (loadKmsAlias())(this, 'Alias', { name: `alias/${name}-alarms`, targetKeyId }));
    return key;
  }

  private add<R extends TerraformResource>(resource: R, address = part): R {
    return addressed(this.props.name, this.props.topic.gated(resource), address);
  }

  /** Alarms of this service, and rules of EventBridge. */
  private topicPolicy(): string {
    return document([
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: this.topicArn,
        Condition: {
          StringEquals: { 'aws:SourceAccount': this.props.account.accountId },
          ArnLike: { 'aws:SourceArn': this.props.account.arn('cloudwatch', `alarm:${this.props.name}-*`) },
        },
      },
      ...this.forEvents('sns:Publish', this.topicArn),
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: this.topicArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  }

  private keyPolicy(): string {
    const { account } = this.props;
    const use = ['kms:Decrypt', 'kms:GenerateDataKey*'];
    return document([
      {
        // Without it, nobody could ever change the key again.
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: account.globalArn('iam', 'root') },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'Alarms',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: use,
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceAccount': account.accountId } },
      },
      ...this.forEvents(use, '*'),
    ]);
  }

  /**
   * Without a condition: EventBridge doesn't say on whose behalf it publishes to SNS, so none would ever hold.
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
   */
  private forEvents(actions: string | readonly string[], resource: string): object[] {
    if (!this.props.events) return [];
    const principal = { Service: 'events.amazonaws.com' };
    return [{ Sid: 'Events', Effect: 'Allow', Principal: principal, Action: actions, Resource: resource }];
  }
}

function document(statements: readonly object[]): string {
  return terraform(new Call('jsonencode', { Version: '2012-10-17', Statement: statements }));
}
