import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ApplicationCode } from './application-code.ts';
import { ApplicationFunction, type FunctionOptions, type SharedFunctionOptions } from './application-function.ts';
import type { ApplicationTable } from './application-table.ts';
import { positionText, type StartingPosition } from './event-source.ts';
import { NAMESPACE } from './metrics.ts';

/** The props of {@link ApplicationFunctions}. */
export interface ApplicationFunctionsProps extends SharedFunctionOptions {
  readonly application: string;
  readonly code: ApplicationCode;
  readonly state: ApplicationTable;
  readonly results: ApplicationTable;
  /** by the streams' names in the application */
  readonly streams: ReadonlyMap<string, IStream>;
  readonly startingPosition: StartingPosition;
  readonly aggregate?: FunctionOptions;
  readonly merge?: FunctionOptions;
  readonly query?: FunctionOptions;
  readonly sql?: FunctionOptions;
}

/** One core. More memory would add a second one, which a single thread cannot use. */
const ONE_CORE = 1769;

/** The functions, each with only the permissions that it needs. */
export class ApplicationFunctions extends Construct {
  readonly aggregate: LambdaFunction;
  readonly merge: LambdaFunction;
  readonly query: LambdaFunction;
  readonly sql: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApplicationFunctionsProps) {
    super(scope, id);
    const { application, code, state, results } = props;
    const environment = commonEnvironment(props);
    const reading = { ...environment, ...streamsEnvironment(this, props) };
    const shared = {
      code: code.code,
      ...(props.logRetention ? { logRetention: props.logRetention } : {}),
      ...(props.logRemovalPolicy ? { logRemovalPolicy: props.logRemovalPolicy } : {}),
      ...(props.tracing === undefined ? {} : { tracing: props.tracing }),
    };
    this.merge = new ApplicationFunction(this, 'Merge', {
      ...shared,
      file: 'merge',
      description: `Millrace ${application}: merges closed windows, registers shards, advances idle shards`,
      memorySize: ONE_CORE,
      timeout: Duration.minutes(5),
      ...props.merge,
      environment: reading,
    }).function;
    this.aggregate = new ApplicationFunction(this, 'Aggregate', {
      ...shared,
      file: 'aggregate',
      description: `Millrace ${application}: aggregates a batch of events and commits it`,
      memorySize: ONE_CORE,
      timeout: Duration.minutes(1),
      ...props.aggregate,
      environment: { ...reading, MILLRACE_MERGE_FUNCTION: this.merge.functionName },
    }).function;
    this.query = new ApplicationFunction(this, 'Query', {
      ...shared,
      file: 'query',
      description: `Millrace ${application}: answers the REST API`,
      memorySize: ONE_CORE,
      timeout: Duration.seconds(29),
      ...props.query,
      environment,
    }).function;
    this.sql = new ApplicationFunction(this, 'Sql', {
      ...shared,
      code: code.sqlCode,
      file: 'sql',
      description: `Millrace ${application}: answers ad hoc queries in SQL`,
      memorySize: ONE_CORE,
      timeout: Duration.seconds(29),
      ...props.sql,
      environment,
    }).function;
    // A merge can be repeated, and the next tick does so anyway: the queue shows which merges failed, and needs no replay.
    const failed = new Queue(this, 'FailedMerges', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(failed, 'AwsSolutions-SQS3', 'This is itself a dead-letter queue.');
    this.merge.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5), onFailure: new SqsDestination(failed) });

    state.grantReadWrite(this.aggregate);
    state.grantReadWrite(this.merge);
    results.grantReadWrite(this.merge);
    for (const answering of [this.query, this.sql]) {
      state.grantRead(answering);
      results.grantRead(answering);
    }
    // Late events and dead letters.
    state.grantFind(this.query);
    // Not grantInvoke: that is for every version and alias too.
    this.aggregate.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.merge.functionArn] }));
    for (const stream of props.streams.values()) grantRecords(stream, this.merge);
  }
}

/** Allows a function to identify a stream, to list its shards, and to check a shard for a backlog, which proves that it is idle. */
function grantRecords(stream: IStream, grantee: IGrantable): void {
  stream.grant(grantee, 'kinesis:DescribeStreamSummary', 'kinesis:ListShards', 'kinesis:GetShardIterator', 'kinesis:GetRecords');
  stream.encryptionKey?.grantDecrypt(grantee);
}

function commonEnvironment(props: ApplicationFunctionsProps): Record<string, string> {
  return {
    MILLRACE_STATE_TABLE: props.state.table.tableName,
    MILLRACE_RESULTS_TABLE: props.results.table.tableName,
    MILLRACE_VERSION: props.code.digest,
    POWERTOOLS_SERVICE_NAME: props.application,
    POWERTOOLS_METRICS_NAMESPACE: NAMESPACE,
  };
}

/** What only the functions that read streams need. The stack's own account goes without saying, which leaves room for more streams. */
function streamsEnvironment(scope: Construct, props: ApplicationFunctionsProps): Record<string, string> {
  const { account } = Stack.of(scope);
  const streams = [...props.streams].map(([name, { env, streamName, streamArn }]) => [
    name,
    env.account === account ? streamName : streamArn,
  ]);
  return {
    MILLRACE_STREAMS: JSON.stringify(Object.fromEntries(streams)),
    MILLRACE_STARTING_POSITION: positionText(props.startingPosition),
  };
}
