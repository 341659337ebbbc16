import { readFileSync } from 'node:fs';
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

test('alarms when no maintenance tick ends, and when nothing tells', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'Ticks',
    Dimensions: dimensions,
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('alarms when a merge takes nearly as long as it may', () => {
  // 80 % of 5 and of 10 minutes
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Duration', Statistic: 'Maximum', Threshold: 240_000 });
  const longer = synthesize({ merge: { timeout: Duration.minutes(10) } });
  longer.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Duration', Threshold: 480_000 });
});

test('alarms when the REST API is slow', () => {
  const slow = { MetricName: 'Latency', Namespace: 'AWS/ApiGateway', ExtendedStatistic: 'p99', EvaluationPeriods: 3 };
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...slow, Threshold: 5000 });
  synthesize({ alarms: { apiLatency: Duration.seconds(1) } }).hasResourceProperties('AWS::CloudWatch::Alarm', { ...slow, Threshold: 1000 });
});

test.each([
  [
    'a stream that is put into and not read',
    'IF(FILL(put, 0) > 0 AND FILL(events, 0) + FILL(refused, 0) == 0, 1, 0)',
    1,
    { put: 'IncomingRecords', events: 'Events', refused: 'BreakerOpen' },
  ],
])('alarms about %s', (_, expression, Threshold, metrics) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Threshold,
    EvaluationPeriods: 3,
    TreatMissingData: 'notBreaching',
    Metrics: Match.arrayWith([
      Match.objectLike({ Expression: expression }),
      ...Object.entries(metrics).map(([Id, MetricName]) =>
        Match.objectLike({ Id, MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName }) }) }),
      ),
    ]),
  });
});

test('two stacks of one application do not share the names of alarms, which CloudFormation makes up from the stack’s', () => {
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmName: Match.absent() });
});

test('alarms of one stream cost what docs/operating.md says', () => {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  const metrics = alarms.map(({ Properties }) =>
    Properties.Metrics ? Properties.Metrics.filter((each: { MetricStat?: object }) => each.MetricStat).length : 1,
  );
  const looked: number = metrics.reduce((sum, count) => sum + count, 0);
  const [said] = /use \d+ metrics: \$[\d.]+ per month/.exec(readFileSync('docs/operating.md', 'utf8')) ?? [];
  expect(said).toBe(`use ${looked} metrics: $${(looked / 10).toFixed(2)} per month`);
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
