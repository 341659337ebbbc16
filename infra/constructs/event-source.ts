import { Duration } from 'aws-cdk-lib';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { type CfnEventSourceMapping, EventSourceMapping, type IFunction, StartingPosition as LambdaPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** Where reading starts: with the oldest event a stream still holds, with the next one that comes, or at a time. */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | Date;

/** How a stream is read. */
export interface EventSourceOptions {
  /** records in a batch at most, 1 to 10,000; default 10,000: fewer, larger batches are what makes writes cheap */
  readonly batchSize?: number;
  /** how long a batch is waited for, 0 to 300 seconds; default 5 seconds: results are that much older, and cost that much less */
  readonly batchWindow?: Duration;
}

/**
 * What Lambda does with a stream in the function's name, and no more: `grantRead` adds what only consumers with enhanced fan-out need.
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

/** What {@link EventSource} is made of. */
export interface EventSourceProps extends EventSourceOptions {
  readonly startingPosition: StartingPosition;
  readonly stream: IStream;
  readonly target: IFunction;
}

/**
 * Lambda's reading of a stream. It retries for ever: a record that was skipped could not come back, later ones being committed by then.
 * What cannot be processed is the function's to put aside.
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
    // The construct takes 60 seconds to 7 days only; CloudFormation takes −1, no limit.
    (mapping.node.defaultChild as CfnEventSourceMapping).maximumRecordAgeInSeconds = -1;
    props.stream.encryptionKey?.grantDecrypt(props.target);
    // Without the permission to read, making the mapping fails.
    mapping.node.addDependency(props.stream.grant(props.target, ...READ));
  }
}

/** A starting position as the functions read it from their environment. */
export function positionText(position: StartingPosition): string {
  return typeof position === 'string' ? position : position.toISOString();
}

function position(position: StartingPosition) {
  return typeof position === 'string'
    ? { startingPosition: LambdaPosition[position] }
    : { startingPosition: LambdaPosition.AT_TIMESTAMP, startingPositionTimestamp: position.getTime() / 1000 };
}
