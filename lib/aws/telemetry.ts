import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Every metric there is, with its unit. */
const UNITS = {
  /** processed events, including late and dead ones */
  Events: MetricUnit.Count,
  LateEvents: MetricUnit.Count,
  /** events left out because their id was counted before */
  Duplicates: MetricUnit.Count,
  DeadLetters: MetricUnit.Count,
  /** user records that were left out because the KPL puts them again, into their shard after a reshard */
  RetriedElsewhere: MetricUnit.Count,
  /** the highest share, in percent, of max_keys of a view with a global window or of max_ids of dedupe that a shard has reached */
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
  /** 1 for a batch that the circuit breaker refused */
  BreakerOpen: MetricUnit.Count,
} as const;

/** Metrics by name. */
export type Measures = { readonly [name in keyof typeof UNITS]?: number };

/** Metrics and logs of the functions. */
export interface Telemetry {
  /** Publishes metrics of one stream; none of a query's, which has none. */
  measure(stream: string | undefined, measures: Measures): void;
  /** Logs a problem that resolves itself. */
  warn(message: string, error: unknown): void;
  /** Logs a problem that needs attention. */
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
 * An error reduced to its name, message, stack and causes. Powertools would log all other properties: errors of an SDK or of a user's
 * library may contain the request with its headers and body.
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
