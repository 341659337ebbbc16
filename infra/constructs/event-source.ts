import { Duration } from 'aws-cdk-lib';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { type CfnEventSourceMapping, EventSourceMapping, type IFunction, StartingPosition as LambdaPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Where reading starts: at the oldest event of the stream, at the next one, or at a time. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | Date;

/** How a stream is read. */
export interface EventSourceOptions {
  /**
   * maximum records in a batch, 1 to 10,000. Fewer and larger batches make writes cheaper
   * @default 10_000
   */
  readonly batchSize?: number;
  /**
   * the batch window, 0 to 300 seconds. A longer window makes results older and cheaper
   * @default Duration.seconds(5)
   */
  readonly batchWindow?: Duration;
}

/**
 * Lambda's actions on a stream on behalf of the function. `grantRead` would add actions that only consumers with enhanced fan-out need.
 *
 * Source: AWS Lambda Developer Guide, "Process Amazon Kinesis Data Streams records with Lambda".
 */
const READ = [
  'kinesis:DescribeStream',
  'kinesis:DescribeStreamSummary',
  'kinesis:GetRecords',
  'kinesis:GetShardIterator',
  'kinesis:ListShards',
  'kinesis:SubscribeToShard',
];

/** The props of {@link EventSource}. */
export interface EventSourceProps extends EventSourceOptions {
  readonly startingPosition: StartingPosition;
  readonly stream: IStream;
  readonly target: IFunction;
}

/**
 * The event source mapping of a stream. It retries for ever, because a skipped record could not be processed once later ones are committed.
 * The function itself makes dead letters of what cannot be processed.
 */
export class EventSource extends Construct {
  constructor(scope: Construct, id: string, props: EventSourceProps) {
    super(scope, id);
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: props.target,
      eventSourceArn: props.stream.streamArn,
      ...position(props.startingPosition),
      batchSize: props.batchSize ?? 10_000,
      maxBatchingWindow: props.batchWindow ?? Duration.seconds(5),
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: -1,
    });
    // The construct only accepts 60 seconds to 7 days; CloudFormation accepts −1, no limit.
    (mapping.node.defaultChild as CfnEventSourceMapping).maximumRecordAgeInSeconds = -1;
    props.stream.encryptionKey?.grantDecrypt(props.target);
    // Without the permission to read, the mapping cannot be created.
    mapping.node.addDependency(props.stream.grant(props.target, ...READ));
  }
}

/** A starting position in the form of the functions' environment variable. */
export function positionText(position: StartingPosition): string {
  return typeof position === 'string' ? position : position.toISOString();
}

function position(position: StartingPosition) {
  return typeof position === 'string'
    ? { startingPosition: LambdaPosition[position] }
    : { startingPosition: LambdaPosition.AT_TIMESTAMP, startingPositionTimestamp: position.getTime() / 1000 };
}
