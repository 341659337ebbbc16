import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Every metric there is, with its unit. */
const UNITS = {
  /** events taken, those that are late or dead among them */
  Events: MetricUnit.Count,
  LateEvents: MetricUnit.Count,
  DeadLetters: MetricUnit.Count,
  /** user records left out of aggregated ones since the KPL puts them again, into the shard they belong to after a reshard */
  RetriedElsewhere: MetricUnit.Count,
  /** which part of its max_keys the fullest running result holds in a shard */
  KeysUsed: MetricUnit.Percent,
  /** from the last record's arrival to the commit */
  Freshness: MetricUnit.Milliseconds,
  /** how often another writer was first */
  CommitConflicts: MetricUnit.Count,
  /** 1 for each maintenance tick that ended */
  Ticks: MetricUnit.Count,
  /** DynamoDB's units */
  ReadUnits: MetricUnit.Count,
  WriteUnits: MetricUnit.Count,
  BatchDuration: MetricUnit.Milliseconds,
  /** 1 for a batch that was refused because nearly all of it would be dead */
  BreakerOpen: MetricUnit.Count,
} as const;

/** Metrics by name. */
export type Measures = { readonly [name in keyof typeof UNITS]?: number };

/** What functions tell about themselves. */
export interface Telemetry {
  /** Publishes metrics of one stream; none of a query's, which has none. */
  measure(stream: string | undefined, measures: Measures): void;
  /** Something that mends itself. */
  warn(message: string, error: unknown): void;
  /** Something somebody has to look at. */
  error(message: string, error: unknown): void;
}

/**
 * Telemetry by Powertools: logs as JSON lines, metrics in CloudWatch's embedded metric format, namespace
 * `POWERTOOLS_METRICS_NAMESPACE` or `Millrace`, dimensions `application` and `stream`.
 *
 * @param application the application's name
 */
export function createTelemetry(application: string): Telemetry {
  const logger = new Logger({ serviceName: application });
  const metrics = new Metrics({ namespace: process.env.POWERTOOLS_METRICS_NAMESPACE || 'Millrace', serviceName: application });
  // Powertools adds a dimension `service`, which would only say again what `application` says.
  metrics.clearDefaultDimensions();
  return {
    measure(stream, measures) {
      metrics.addDimension('application', application);
      if (stream !== undefined) metrics.addDimension('stream', stream);
      for (const [name, value] of Object.entries(measures)) metrics.addMetric(name, UNITS[name as keyof typeof UNITS], value);
      metrics.publishStoredMetrics();
    },
    warn: (message, error) => logger.warn(message, bareError(error)),
    error: (message, error) => logger.error(message, bareError(error)),
  };
}

/**
 * An error with nothing but its name, message, stack and causes. Powertools logs whatever else it has: that of an SDK or of a user's
 * library may hold the request it is about, headers and body included.
 */
function bareError(error: unknown, causes = MOST_CAUSES): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const bare = new Error(error.message, error.cause === undefined || causes === 0 ? {} : { cause: bareError(error.cause, causes - 1) });
  bare.name = error.name;
  if (error.stack !== undefined) bare.stack = error.stack;
  return bare;
}

/** Causes of causes that are logged. */
const MOST_CAUSES = 5;
