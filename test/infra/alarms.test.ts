import { Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { synthesize, testApp, twoStreams } from './synth.ts';

const template = synthesize();
const dimensions = [
  { Name: 'application', Value: 'shop' },
  { Name: 'stream', Value: 'clicks' },
];
const atLeast = 'GreaterThanOrEqualToThreshold';

test.each([
  ['iterator age', { MetricName: 'IteratorAge', Namespace: 'AWS/Lambda', Threshold: 300_000, Statistic: 'Maximum', EvaluationPeriods: 3 }],
  ['errors', { MetricName: 'Errors', Namespace: 'AWS/Lambda', Threshold: 1, Statistic: 'Sum' }],
  ['throttles', { MetricName: 'Throttles', Namespace: 'AWS/Lambda', Threshold: 1, Statistic: 'Sum' }],
  ['dead letters', { MetricName: 'DeadLetters', Namespace: 'Millrace', Threshold: 1, Statistic: 'Sum', Dimensions: dimensions }],
  ['keys used', { MetricName: 'KeysUsed', Namespace: 'Millrace', Threshold: 80, Statistic: 'Maximum', Dimensions: dimensions }],
  ['breaker', { MetricName: 'BreakerOpen', Namespace: 'Millrace', Threshold: 1, Statistic: 'Maximum', Dimensions: dimensions }],
  ['producers throttled', { MetricName: 'WriteProvisionedThroughputExceeded', Namespace: 'AWS/Kinesis', Threshold: 1 }],
  ['API errors', { MetricName: '5XXError', Namespace: 'AWS/ApiGateway', Threshold: 1 }],
])('alarms about %s', (_, properties) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...properties,
    ComparisonOperator: atLeast,
    TreatMissingData: 'notBreaching',
  });
});

test('alarms about the share of late events', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Threshold: 0.01,
    ComparisonOperator: 'GreaterThanThreshold',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: 'IF(events > 0, late / events, 0)' }),
      Match.objectLike({
        Id: 'late',
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'LateEvents', Dimensions: dimensions }) }),
      }),
      Match.objectLike({
        Id: 'events',
        MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'Events', Dimensions: dimensions }) }),
      }),
    ]),
  });
});

test('each function has its own', () => {
  const of = (metric: string) => Object.keys(template.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: metric } }));
  expect(of('Errors')).toHaveLength(4);
  expect(of('Throttles')).toHaveLength(4);
});

test('each stream has its own', () => {
  const two = synthesize({ app: twoStreams });
  expect(Object.keys(two.findResources('AWS::CloudWatch::Alarm', { Properties: { MetricName: 'DeadLetters' } }))).toHaveLength(2);
});

test('thresholds and whom to tell can be set', () => {
  const topic = Topic.fromTopicArn(new Stack(testApp(), 'Topics'), 'Topic', 'arn:aws:sns:eu-west-1:123456789012:on-call');
  const told = synthesize({ alarms: { topic, iteratorAge: Duration.minutes(1), lateShare: 0.2, deadLetters: 7 } });
  told.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [topic.topicArn], OKActions: [topic.topicArn] });
  told.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IteratorAge', Threshold: 60_000 });
  told.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'DeadLetters', Threshold: 7 });
  told.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 0.2 });
});

test('a CloudWatch dashboard shows them and the streams’ metrics', () => {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.Properties.DashboardBody);
  for (const name of [
    'Events',
    'LateEvents',
    'DeadLetters',
    'Freshness',
    'WriteUnits',
    'ReadUnits',
    'CommitConflicts',
    'BatchDuration',
    'IteratorAge',
  ]) {
    expect(body).toContain(name);
  }
});
