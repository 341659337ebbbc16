import type { KinesisStreamRecord } from 'aws-lambda';

/** A record as Lambda hands it over; everything that is not given has a plain value. */
export function kinesisRecord(
  data: Uint8Array | string,
  given: { sequence?: string; arrival?: number; partitionKey?: string; shard?: string; stream?: string } = {},
): KinesisStreamRecord {
  const sequence = given.sequence ?? '49590338271490256608559692538361571095921575989136588898';
  return {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${given.shard ?? 'shardId-000000000000'}:${sequence}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda',
    awsRegion: 'us-east-1',
    eventSourceARN: `arn:aws:kinesis:us-east-1:123456789012:stream/${given.stream ?? 'clicks'}`,
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: given.partitionKey ?? 'k',
      sequenceNumber: sequence,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: (given.arrival ?? 1_767_225_600_123) / 1000,
    },
  };
}
