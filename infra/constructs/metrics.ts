import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measures } from '../../lib/aws/telemetry.ts';

/** The metrics the functions write, by their names in CloudWatch. */
export type MetricName = keyof Measures;

/** Their namespace. */
export const NAMESPACE = 'Millrace';

/**
 * The cost of queries, which have no stream.
 *
 * @param name `ReadUnits` or `WriteUnits`
 */
export function queryMetric(application: string, name: MetricName): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: { application },
    statistic: 'Sum',
    period: Duration.minutes(1),
  });
}

/**
 * A stream's metric.
 *
 * @param statistic as CloudWatch names it: `Sum`, `Maximum`, `p99`
 * @param period of one data point
 */
export function streamMetric(
  application: string,
  stream: string,
  name: MetricName,
  statistic: string,
  period: Duration = Duration.minutes(1),
): Metric {
  return new Metric({
    namespace: NAMESPACE,
    metricName: name,
    dimensionsMap: { application, stream },
    statistic,
    period,
  });
}
