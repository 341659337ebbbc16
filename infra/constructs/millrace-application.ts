import { CfnOutput, Duration } from 'aws-cdk-lib';
import type { RestApi as ApiGatewayRestApi, IApiKey } from 'aws-cdk-lib/aws-apigateway';
import type { Alarm, Dashboard, Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { outputNames } from '../../lib/aws/stack-outputs.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { streamNames } from '../../lib/dsl/parsed-sql.ts';
import { suggestion } from '../../lib/plan/nearest.ts';
import { Alarms } from './alarms.ts';
import { ApplicationCode } from './application-code.ts';
import { ApplicationFunctions } from './application-functions.ts';
import { checkProps, type MillraceApplicationProps } from './application-props.ts';
import { ApplicationStream } from './application-stream.ts';
import { ApplicationTable } from './application-table.ts';
import { EventSource } from './event-source.ts';
import { type MetricName, streamMetric } from './metrics.ts';
import { MonitoringDashboard } from './monitoring-dashboard.ts';
import { parsedApplication } from './parsed-application.ts';
import { RestApi, type RestApiOptions } from './rest-api.ts';
import { Tick } from './tick.ts';

export type { AlarmOptions } from './alarms.ts';
export type { BundlingOptions } from './application-code.ts';
export type { FunctionOptions, SharedFunctionOptions } from './application-function.ts';
export type { MillraceApplicationProps } from './application-props.ts';
export type { StreamOptions } from './application-stream.ts';
export type { TableOptions } from './application-table.ts';
export type { EventSourceOptions, StartingPosition } from './event-source.ts';
export type { MetricName } from './metrics.ts';
export type { RestApiOptions } from './rest-api.ts';

/**
 * An application on AWS: streams, functions, tables, REST API, alarms and a CloudWatch dashboard.
 *
 * @example
 * ```ts
 * import { MillraceApplication } from 'millrace/cdk';
 * import shop from './shop.ts';
 *
 * new MillraceApplication(this, 'Shop', { app: shop, entry: fileURLToPath(import.meta.resolve('./shop.ts')) });
 * ```
 */
export class MillraceApplication extends Construct {
  /** by their names in the application */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly stateTable: Table | ITable;
  readonly resultsTable: Table | ITable;
  readonly aggregateFunction: LambdaFunction;
  readonly mergeFunction: LambdaFunction;
  readonly queryFunction: LambdaFunction;
  readonly sqlFunction: LambdaFunction;
  readonly api: ApiGatewayRestApi;
  /** with `auth: 'api-key'` */
  readonly apiKey: IApiKey | undefined;
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;
  readonly #application: string;
  readonly #auth: NonNullable<RestApiOptions['auth']>;

  /**
   * @param id also the prefix of the outputs' names: `ShopApiUrl`
   * @throws MillraceError `argument` if the props are invalid, with the reason
   */
  constructor(scope: Construct, id: string, props: MillraceApplicationProps) {
    super(scope, id);
    const { startingPosition = 'TRIM_HORIZON' } = props;
    const app = parsedApplication(props.app);
    checkProps({ ...props, app });
    const application = app.name;
    this.#application = application;
    this.#auth = props.api?.auth ?? 'api-key';
    const settings = (stream: string) => ({ ...props.streamDefaults, ...props.streams?.[stream] });

    this.streams = new Map(streamNames(app).map((name) => [name, new ApplicationStream(this, `Stream-${name}`, settings(name)).stream]));
    const state = new ApplicationTable(this, 'State', { ...props.tables, kind: 'state' });
    const results = new ApplicationTable(this, 'Results', { ...props.tables, kind: 'results' });
    const code = new ApplicationCode(this, 'Code', { application: app, entry: props.entry, bundling: props.bundling });
    const functions = new ApplicationFunctions(this, 'Functions', {
      ...props,
      application,
      code,
      state,
      results,
      streams: this.streams,
      startingPosition,
    });
    for (const [name, stream] of this.streams) {
      new EventSource(this, `EventSource-${name}`, { ...settings(name), startingPosition, stream, target: functions.aggregate });
    }
    new Tick(this, 'Tick', { application, target: functions.merge });
    const rest = new RestApi(this, 'Rest', {
      ...props.api,
      ...(props.tracing ? { tracing: true } : {}),
      ...(props.logRemovalPolicy ? { logRemovalPolicy: props.logRemovalPolicy } : {}),
      application,
      target: functions.query,
      sql: functions.sql,
    });

    this.stateTable = state.table;
    this.resultsTable = results.table;
    this.aggregateFunction = functions.aggregate;
    this.mergeFunction = functions.merge;
    this.queryFunction = functions.query;
    this.sqlFunction = functions.sql;
    this.api = rest.api;
    this.apiKey = rest.apiKey;
    const watched = {
      application,
      aggregate: functions.aggregate,
      merge: functions.merge,
      query: functions.query,
      sql: functions.sql,
      api: rest.api,
    };
    this.alarms = new Alarms(this, 'Alarms', {
      ...props.alarms,
      ...watched,
      mergeTimeout: functions.merge.timeout ?? Duration.minutes(5),
      streams: this.streams,
      tables: [
        { name: 'State', table: state.table },
        { name: 'Results', table: results.table },
      ],
    }).all;
    this.dashboard = new MonitoringDashboard(this, 'Monitoring', {
      ...watched,
      streams: [...this.streams.keys()],
      alarms: this.alarms,
    }).dashboard;
    this.#writeOutputs();
  }

  /**
   * Lets somebody query the REST API by requests that are signed: `GET` on every path and `POST /v1/sql`.
   *
   * @throws MillraceError `argument` unless the application has `api: { auth: 'iam' }`: otherwise nobody is asked for a permission
   */
  grantQuery(grantee: IGrantable): Grant {
    if (this.#auth !== 'iam') {
      throw new MillraceError(
        'argument',
        `MillraceApplication: grantQuery needs api: { auth: 'iam' }; with '${this.#auth}' requests are not signed`,
      );
    }
    const resourceArns = [this.api.arnForExecuteApi('GET', '/*'), this.api.arnForExecuteApi('POST', '/v1/sql')];
    return Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns });
  }

  /**
   * A metric of a stream.
   *
   * @param name as docs/operating.md and CloudWatch name it, e.g. `Events`
   * @param stream the name it has in the application
   * @param options period, statistic, label; default: the sum of a minute
   * @throws MillraceError `argument` when there is no such stream
   */
  metric(name: MetricName, stream: string, options: MetricOptions = {}): Metric {
    if (!this.streams.has(stream)) {
      const hint = suggestion(stream, [...this.streams.keys()], 'the streams are');
      throw new MillraceError('argument', `MillraceApplication: there is no stream ${JSON.stringify(stream)}; ${hint}`);
    }
    return streamMetric(this.#application, stream, name, 'Sum').with(options);
  }

  /** How many events of a stream were taken, late events and dead letters among them. */
  metricEvents(stream: string, options?: MetricOptions): Metric {
    return this.metric('Events', stream, options);
  }

  /** How many events of a stream came late. */
  metricLateEvents(stream: string, options?: MetricOptions): Metric {
    return this.metric('LateEvents', stream, options);
  }

  /** How many dead letters a stream had. */
  metricDeadLetters(stream: string, options?: MetricOptions): Metric {
    return this.metric('DeadLetters', stream, options);
  }

  /** The milliseconds from a batch's last arrival to its commit; default: the 99th percentile. */
  metricFreshness(stream: string, options?: MetricOptions): Metric {
    return this.metric('Freshness', stream, { statistic: 'p99', ...options });
  }

  #writeOutputs(): void {
    const names = outputNames(this.node.id);
    this.#output(names.apiUrl, 'the dashboard; the REST API is under v1/', this.api.url);
    if (this.apiKey)
      this.#output(names.apiKeyId, 'aws apigateway get-api-key --include-value --api-key <this> shows the key', this.apiKey.keyId);
    for (const [name, stream] of this.streams) this.#output(names.stream(name), `the Kinesis stream of ${name}`, stream.streamName);
    this.#output(names.stateTable, 'logs and checkpoints', this.stateTable.tableName);
    this.#output(names.resultsTable, 'final results', this.resultsTable.tableName);
  }

  #output(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(name);
  }
}
