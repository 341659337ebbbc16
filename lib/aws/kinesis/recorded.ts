import type { KinesisStreamRecord } from 'aws-lambda';
import { formatInstant, toInstant } from '../../core/instant.ts';
import type { ShardRecord } from './read-stream.ts';

/** A record out of a recording, as Lambda would hand it over. */
export type RecordedRecord = Pick<KinesisStreamRecord, 'kinesis'>;

/**
 * A record as a line of a recording: `{"record":{"shard":…,"sequence":…,"arrival":…,"partition_key":…},"data":"…"}`, its payload in base64.
 *
 * @returns with a line feed
 */
export function recordedLine({ shard, sequence, arrival, partitionKey, data }: ShardRecord): string {
  const record = { shard, sequence, arrival: formatInstant(arrival), partition_key: partitionKey };
  return `${JSON.stringify({ record, data: Buffer.from(data).toString('base64') })}\n`;
}

const BEGINNING = '{"record":{';

/** Reads a line of a recording; `undefined` for any other line. */
export function readRecorded(line: Uint8Array): RecordedRecord | undefined {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length);
  if (text.toString('latin1', 0, BEGINNING.length) !== BEGINNING) return undefined;
  try {
    const { record, data } = JSON.parse(text.toString('utf8')) as { record: Record<string, unknown>; data: unknown };
    const arrival = toInstant(record.arrival);
    const { sequence, partition_key: partitionKey } = record;
    if (arrival === undefined || typeof data !== 'string' || typeof sequence !== 'string' || typeof partitionKey !== 'string')
      return undefined;
    return {
      kinesis: { sequenceNumber: sequence, partitionKey, data, approximateArrivalTimestamp: arrival / 1000, kinesisSchemaVersion: '1.0' },
    };
  } catch {
    return undefined;
  }
}
