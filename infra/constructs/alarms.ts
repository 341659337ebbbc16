import { Duration } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Alarm, ComparisonOperator, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { streamMetric } from './metrics.ts';

/** Thresholds and targets of the alarms. */
export interface AlarmOptions {
  /**
   * notified when an alarm goes off and when it ends
   * @default - none; the alarms are visible in CloudWatch
   */
  readonly topic?: ITopic;
  /**
   * how old the oldest unread event may be
   * @default Duration.minutes(5)
   */
  readonly iteratorAge?: Duration;
  /**
   * the share of a stream's events that may be late, 0 to 1
   * @default 0.01
   */
  readonly lateShare?: number;
  /**
   * the p99 latency of the REST API that sets off the alarm
   * @default Duration.seconds(5)
   */
  readonly apiLatency?: Duration;
  /**
   * the number of dead letters of a stream within 5 minutes that sets off the alarm
   * @default 1
   */
  readonly deadLetters?: number;
  /**
   * the share of `maxKeys` that a global window may use in a shard, 0 to 1, before the alarm goes off; at 1, events with new keys are dead letters
   * @default 0.8
   */
  readonly keysUsed?: number;
}

/** The resources that {@link Alarms} watches. */
export interface AlarmsProps extends AlarmOptions {
  readonly application: string;
  /** by the streams' names in the application */
  readonly streams: ReadonlyMap<string, IStream>;
  /** the function that reads the streams */
  readonly aggregate: IFunction;
  readonly merge: IFunction;
  /** of the merge function */
  readonly mergeTimeout: Duration;
  readonly query: IFunction;
  readonly sql: IFunction;
  readonly tables: readonly { readonly name: string; readonly table: Table | ITable }[];
  readonly api: RestApi;
}

const PERIOD = Duration.minutes(5);
/** Which part of its time limit a merge may take. */
const NEAR_LIMIT = 0.8;

/** An alarm for everything that needs attention. */
export class Alarms extends Construct {
  /** all of them, for dashboards and composite alarms */
  readonly all: Alarm[] = [];
  readonly #application: string;
  readonly #topic: ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#application = props.application;
    this.#topic = props.topic;
    this.#add('IteratorAge', {
      metric: props.aggregate.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) }),
      threshold: (props.iteratorAge ?? Duration.minutes(5)).toMilliseconds(),
      periods: 3,
      description: 'Events are read too late: batches fail, or more events arrive than are processed',
    });
    this.#addFunctions({ Aggregate: props.aggregate, Merge: props.merge, Query: props.query, SQL: props.sql });
    this.#add('MergeDuration', {
      metric: props.merge.metricDuration({ statistic: 'Maximum', period: PERIOD }),
      threshold: NEAR_LIMIT * props.mergeTimeout.toMilliseconds(),
      description: 'A merge or a maintenance tick takes nearly as long as it may: raise merge.memorySize or merge.timeout',
    });
    this.#add('ApiLatency', {
      metric: props.api.metricLatency({ statistic: 'p99', period: PERIOD }),
      threshold: (props.apiLatency ?? Duration.seconds(5)).toMilliseconds(),
      periods: 3,
      description: 'One of a hundred requests to the REST API is slow',
    });
    for (const [name, stream] of props.streams) this.#addStream(name, stream, props);
    for (const { name, table } of props.tables) this.#addTable(name, table);
    this.#add('ApiErrors', {
      metric: props.api.metricServerError({ statistic: 'Sum', period: PERIOD }),
      threshold: 1,
      description: 'The REST API answered with a status of 500 or above',
    });
  }

  #addFunctions(functions: Readonly<Record<string, IFunction>>): void {
    for (const [name, target] of Object.entries(functions)) {
      this.#add(`${name}Errors`, {
        metric: target.metricErrors({ period: PERIOD }),
        threshold: 1,
        description: `The ${name.toLowerCase()} function failed: read its log`,
      });
      this.#add(`${name}Throttles`, {
        metric: target.metricThrottles({ period: PERIOD }),
        threshold: 1,
        description: `The ${name.toLowerCase()} function was not started: the account’s concurrency is used up`,
      });
    }
  }

  #addStream(stream: string, kinesis: IStream, props: AlarmsProps): void {
    const { application } = props;
    this.#add(`${stream}-Heartbeat`, {
      metric: streamMetric(application, stream, 'Ticks', 'Sum', PERIOD),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missing: TreatMissingData.BREACHING,
      description: `No maintenance tick of ${stream} has ended: nothing becomes final. See whether the rule is enabled, and the merge function’s log`,
    });
    this.#add(`${stream}-NotRead`, {
      metric: new MathExpression({
        expression: 'IF(FILL(put, 0) > 0 AND FILL(events, 0) + FILL(refused, 0) == 0, 1, 0)',
        usingMetrics: {
          put: kinesis.metric('IncomingRecords', { statistic: 'Sum', period: PERIOD }),
          events: streamMetric(application, stream, 'Events', 'SampleCount', PERIOD),
          refused: streamMetric(application, stream, 'BreakerOpen', 'SampleCount', PERIOD),
        },
        label: `${stream} is not read`,
        period: PERIOD,
      }),
      threshold: 1,
      periods: 3,
      description: `Events are put into ${stream}, and none reaches the function: its event source mapping is disabled or deleted`,
    });
    this.#add(`${stream}-DeadLetters`, {
      metric: streamMetric(application, stream, 'DeadLetters', 'Sum', PERIOD),
      threshold: props.deadLetters ?? 1,
      description: `Events of ${stream} could not be processed: GET /v1/streams/${stream}/dead-letters shows them with the reason`,
    });
    this.#add(`${stream}-LateShare`, {
      metric: new MathExpression({
        expression: 'IF(events > 0, late / events, 0)',
        usingMetrics: {
          late: streamMetric(application, stream, 'LateEvents', 'Sum', PERIOD),
          events: streamMetric(application, stream, 'Events', 'Sum', PERIOD),
        },
        label: `late share of ${stream}`,
        period: PERIOD,
      }),
      threshold: props.lateShare ?? 0.01,
      comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
      description: `More events of ${stream} are late than expected: raise maxOutOfOrderness or allowedLateness, or check the producers’ clocks`,
    });
    this.#add(`${stream}-KeysUsed`, {
      metric: streamMetric(application, stream, 'KeysUsed', 'Maximum', PERIOD),
      threshold: 100 * (props.keysUsed ?? 0.8),
      description: `A shard of ${stream} has nearly reached a limit, maxKeys of a global window or maxIds of dedupe: raise it before events with new keys or ids become dead letters`,
    });
    this.#add(`${stream}-BreakerOpen`, {
      metric: streamMetric(application, stream, 'BreakerOpen', 'Maximum', Duration.minutes(1)),
      threshold: 1,
      description: `Most events of ${stream} cannot be processed, so batches are refused and wait in the stream: deploy a version that can process them`,
    });
    this.#add(`${stream}-WriteThrottles`, {
      metric: kinesis.metric('WriteProvisionedThroughputExceeded', { statistic: 'Sum', period: PERIOD }),
      threshold: 1,
      description: `Producers of ${stream} were throttled: add shards`,
    });
  }

  #addTable(name: string, table: Table | ITable): void {
    const metric = (metricName: string) => table.metric(metricName, { statistic: 'Sum', period: PERIOD });
    this.#add(`${name}TableThrottles`, {
      metric: new MathExpression({
        expression: 'FILL(reads, 0) + FILL(writes, 0)',
        usingMetrics: { reads: metric('ReadThrottleEvents'), writes: metric('WriteThrottleEvents') },
        label: `throttles of the ${name.toLowerCase()} table`,
        period: PERIOD,
      }),
      threshold: 1,
      description: `DynamoDB throttled requests to the ${name.toLowerCase()} table`,
    });
  }

  #add(
    id: string,
    alarm: {
      metric: IMetric;
      threshold: number;
      description: string;
      periods?: number;
      comparison?: ComparisonOperator;
      missing?: TreatMissingData;
    },
  ): void {
    const made = new Alarm(this, id, {
      metric: alarm.metric,
      threshold: alarm.threshold,
      evaluationPeriods: alarm.periods ?? 1,
      comparisonOperator: alarm.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: alarm.missing ?? TreatMissingData.NOT_BREACHING,
      alarmDescription: `Millrace ${this.#application}: ${alarm.description}.`,
    });
    if (this.#topic) {
      made.addAlarmAction(new SnsAction(this.#topic));
      made.addOkAction(new SnsAction(this.#topic));
    }
    this.all.push(made);
  }
}
