import type { _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { MillraceError } from '../core/errors.ts';
import { compareSequence } from '../core/sequence.ts';
import type { Outcome } from './batch-queue.ts';
import { lambdaContext } from './lambda-context.ts';

/** A function behind an event source mapping. */
type StreamHandler = (event: KinesisStreamEvent, context: Context) => Promise<KinesisStreamBatchResponse>;

/** A function and its timeout. */
export interface InvokedFunction {
  readonly functionName: string;
  readonly handler: StreamHandler;
  /** milliseconds; default 60,000 */
  readonly timeout?: number;
}

/** A record and its size in the payload. */
export interface Delivered {
  readonly sequence: string;
  readonly bytes: number;
  readonly record: KinesisStreamRecord;
}

/**
 * Invokes a function with a batch.
 *
 * @param timeout in milliseconds
 * @param onError called if it throws or does not answer in time
 */
export async function invoke(
  { functionName, handler, timeout = 60_000 }: InvokedFunction,
  batch: readonly Delivered[],
  onError: (error: unknown) => void,
): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const expired = new Promise<never>((_, reject) => {
      const late = new MillraceError('unavailable', `${functionName} did not answer within ${timeout} ms; its batch is delivered again`);
      timer = setTimeout(() => reject(late), timeout);
    });
    const event: KinesisStreamEvent = { Records: batch.map(({ record }) => record) };
    return outcomeOf(batch, await Promise.race([handler(event, lambdaContext(functionName, timeout)), expired]));
  } catch (error) {
    onError(error);
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}

/** The result in a function's response; an unknown item is a failure of the whole batch. */
export function outcomeOf(batch: readonly { readonly sequence: string }[], answer: KinesisStreamBatchResponse | null | undefined): Outcome {
  const failures = answer?.batchItemFailures ?? [];
  if (failures.length === 0) return 'succeeded';
  const sequences = new Set(batch.map(({ sequence }) => sequence));
  let lowest: string | undefined;
  for (const { itemIdentifier } of failures) {
    if (!sequences.has(itemIdentifier)) return 'failed';
    if (lowest === undefined || compareSequence(itemIdentifier, lowest) < 0) lowest = itemIdentifier;
  }
  return { failedFrom: lowest as string };
}

/** The last sequence number of a batch that succeeded; `undefined` if none did. */
export function lastTaken(batch: readonly Delivered[], outcome: Outcome): string | undefined {
  if (outcome === 'failed') return undefined;
  if (outcome === 'succeeded') return batch.at(-1)?.sequence;
  return batch[batch.findIndex(({ sequence }) => sequence === outcome.failedFrom) - 1]?.sequence;
}

/** A record of a shard as a function receives it. */
export function delivered(arn: string, functionName: string, shard: string, record: KinesisRecord): Delivered {
  const sequence = record.SequenceNumber as string;
  const delivery: KinesisStreamRecord = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.PartitionKey as string,
      sequenceNumber: sequence,
      data: Buffer.from(record.Data as Uint8Array).toString('base64'),
      approximateArrivalTimestamp: (record.ApproximateArrivalTimestamp as Date).getTime() / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shard}:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: `arn:aws:iam::000000000000:role/${functionName}`,
    awsRegion: 'us-east-1',
    eventSourceARN: arn,
  };
  return { sequence, bytes: Buffer.byteLength(JSON.stringify(delivery)) + 1, record: delivery };
}
