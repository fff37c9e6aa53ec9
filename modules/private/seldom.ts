/**
 * Resources that few services have, loaded where one is made: each file of the provider's bindings costs every synth
 * milliseconds and up to some megabytes. Their types come by `import type`, which costs nothing.
 */

export function loadAutoscalingSchedule() {
  const loaded: typeof import('@cdktf/provider-aws/lib/autoscaling-schedule') = require('@cdktf/provider-aws/lib/autoscaling-schedule');
  return loaded.AutoscalingSchedule;
}

export function loadCloudwatchDashboard() {
  const loaded: typeof import('@cdktf/provider-aws/lib/cloudwatch-dashboard') = require('@cdktf/provider-aws/lib/cloudwatch-dashboard');
  return loaded.CloudwatchDashboard;
}

export function loadCloudwatchEventRule() {
  const loaded: typeof import('@cdktf/provider-aws/lib/cloudwatch-event-rule') = require('@cdktf/provider-aws/lib/cloudwatch-event-rule');
  return loaded.CloudwatchEventRule;
}

export function loadCloudwatchEventTarget() {
  const loaded: typeof import('@cdktf/provider-aws/lib/cloudwatch-event-target') = require('@cdktf/provider-aws/lib/cloudwatch-event-target');
  return loaded.CloudwatchEventTarget;
}

export function loadCloudwatchMetricAlarm() {
  const loaded: typeof import('@cdktf/provider-aws/lib/cloudwatch-metric-alarm') = require('@cdktf/provider-aws/lib/cloudwatch-metric-alarm');
  return loaded.CloudwatchMetricAlarm;
}

export function loadKmsAlias() {
  const loaded: typeof import('@cdktf/provider-aws/lib/kms-alias') = require('@cdktf/provider-aws/lib/kms-alias');
  return loaded.KmsAlias;
}

export function loadKmsKey() {
  const loaded: typeof import('@cdktf/provider-aws/lib/kms-key') = require('@cdktf/provider-aws/lib/kms-key');
  return loaded.KmsKey;
}

export function loadSnsTopic() {
  const loaded: typeof import('@cdktf/provider-aws/lib/sns-topic') = require('@cdktf/provider-aws/lib/sns-topic');
  return loaded.SnsTopic;
}

export function loadSnsTopicPolicy() {
  const loaded: typeof import('@cdktf/provider-aws/lib/sns-topic-policy') = require('@cdktf/provider-aws/lib/sns-topic-policy');
  return loaded.SnsTopicPolicy;
}

export function loadSnsTopicSubscription() {
  const loaded: typeof import('@cdktf/provider-aws/lib/sns-topic-subscription') = require('@cdktf/provider-aws/lib/sns-topic-subscription');
  return loaded.SnsTopicSubscription;
}

export function loadLbListenerRule() {
  const loaded: typeof import('@cdktf/provider-aws/lib/lb-listener-rule') = require('@cdktf/provider-aws/lib/lb-listener-rule');
  return loaded.LbListenerRule;
}
