import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** A Kinesis stream that belongs to the application, or one that is already there. */
export interface StreamOptions {
  /** ARN of a stream that is already there: it is read, nothing else about it is changed; default: a new stream */
  readonly existingStreamArn?: string;
  /** the new stream's name; default: one that CloudFormation makes up (see the stack's outputs) */
  readonly streamName?: string;
  /** the new stream's number of shards; default: on demand, Kinesis adds shards as traffic grows */
  readonly shards?: number;
  /**
   * how long the new stream keeps events, 1 to 365 days; default 7 days: a batch that is refused waits in the stream until it is
   * mended, and one day does not last over a weekend
   */
  readonly retention?: Duration;
  /** the key the stream is, or in a new stream will be, encrypted by; default: the AWS managed key for Kinesis */
  readonly encryptionKey?: IKey;
  /** what becomes of the new stream when it leaves the stack; default `DESTROY`: unlike tables, an idle stream costs by the hour */
  readonly removalPolicy?: RemovalPolicy;
}

/** A stream events come from: new and encrypted, or existing. */
export class ApplicationStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, options: StreamOptions) {
    super(scope, id);
    this.stream = options.existingStreamArn ? existing(this, options.existingStreamArn, options.encryptionKey) : created(this, options);
  }
}

function existing(scope: Construct, streamArn: string, encryptionKey: IKey | undefined): IStream {
  return Stream.fromStreamAttributes(scope, 'Stream', { streamArn, ...(encryptionKey ? { encryptionKey } : {}) });
}

function created(scope: Construct, { streamName, shards, retention, encryptionKey, removalPolicy }: StreamOptions): IStream {
  const stream = new Stream(scope, 'Stream', {
    ...(streamName ? { streamName } : {}),
    ...(shards === undefined ? { streamMode: StreamMode.ON_DEMAND } : { streamMode: StreamMode.PROVISIONED, shardCount: shards }),
    removalPolicy: removalPolicy ?? RemovalPolicy.DESTROY,
    retentionPeriod: retention ?? Duration.days(7),
    ...(encryptionKey ? { encryption: StreamEncryption.KMS, encryptionKey } : { encryption: StreamEncryption.MANAGED }),
  });
  if (encryptionKey) acknowledge(stream, 'AwsSolutions-KDS3', 'A key of their own is what the application’s owners asked for.');
  return stream;
}
