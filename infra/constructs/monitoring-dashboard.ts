import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type Alarm, AlarmStatusWidget, Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type MetricName, queryMetric, streamMetric } from './metrics.ts';

/** The props of {@link MonitoringDashboard}. */
export interface MonitoringDashboardProps {
  readonly application: string;
  readonly streams: readonly string[];
  readonly aggregate: IFunction;
  readonly merge: IFunction;
  readonly query: IFunction;
  readonly sql: IFunction;
  readonly api: RestApi;
  readonly alarms: readonly Alarm[];
}

/** A CloudWatch dashboard: alarms, incoming events, freshness of results, cost, and metrics of the functions and the API. */
export class MonitoringDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringDashboardProps) {
    super(scope, id);
    const { application, streams, aggregate, merge, query, sql, api } = props;
    const of = (name: MetricName, statistic: string) =>
      streams.map((stream) => streamMetric(application, stream, name, statistic).with({ label: `${stream} ${name} ${statistic}` }));
    const each = (metric: (target: IFunction) => IMetric) => [aggregate, merge, query, sql].map(metric);
    const minute = { period: Duration.minutes(1) };
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    this.dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 3 }));
    this.dashboard.addWidgets(
      graph('Events', of('Events', 'Sum')),
      graph('Late events and dead letters', [
        ...of('LateEvents', 'Sum'),
        ...of('DeadLetters', 'Sum'),
        ...of('Duplicates', 'Sum'),
        ...of('BreakerOpen', 'Maximum'),
      ]),
      graph('Freshness: arrival to commit (ms)', [...of('Freshness', 'p50'), ...of('Freshness', 'p99')]),
    );
    this.dashboard.addWidgets(
      graph('Age of the oldest unread event (ms)', [aggregate.metric('IteratorAge', { ...minute, statistic: 'Maximum' })]),
      graph('DynamoDB units', [
        ...of('WriteUnits', 'Sum'),
        ...of('ReadUnits', 'Sum'),
        queryMetric(application, 'ReadUnits').with({ label: 'queries ReadUnits Sum' }),
      ]),
      graph('Batches: duration (ms), commit conflicts', of('BatchDuration', 'p99'), of('CommitConflicts', 'Sum')),
    );
    this.dashboard.addWidgets(
      graph(
        'Functions: duration (ms)',
        each((target) => target.metricDuration({ ...minute, statistic: 'p99' })),
      ),
      graph('Functions: errors, throttles', [
        ...each((target) => target.metricErrors(minute)),
        ...each((target) => target.metricThrottles(minute)),
      ]),
      graph(
        'REST API: requests and errors; latency (ms)',
        [api.metricCount(minute), api.metricClientError(minute), api.metricServerError(minute)],
        [api.metricLatency({ ...minute, statistic: 'p99' })],
      ),
    );
  }
}

function graph(title: string, left: readonly IMetric[], right: readonly IMetric[] = []): GraphWidget {
  return new GraphWidget({ title, left: [...left], right: [...right], width: 8, height: 6 });
}
