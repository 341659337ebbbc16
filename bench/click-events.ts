import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

/** Clicks of about 200 bytes over 1,000 pages, in event-time order, as Lambda would deliver them. */
export interface Clicks {
  readonly batches: readonly KinesisStreamEvent[];
  readonly events: number;
  readonly bytes: number;
}

const START = Date.parse('2026-01-01T00:00:00Z');

/**
 * Makes the workload.
 *
 * @param events how many
 * @param batchSize events in one Kinesis event
 * @param perSecond events per second of event time: 60,000 a minute's window at 1,000
 */
export function clickEvents(events: number, batchSize: number, perSecond = 1000): Clicks {
  const random = lcg(7);
  const batches: KinesisStreamEvent[] = [];
  let bytes = 0;
  for (let from = 0; from < events; from += batchSize) {
    const Records: KinesisStreamRecord[] = [];
    for (let i = from; i < Math.min(events, from + batchSize); i++) {
      const time = START + Math.floor((i / perSecond) * 1000);
      const json = JSON.stringify({
        page: `/products/${Math.floor(random() * 1000)}`,
        user_id: `user-${String(Math.floor(random() * 1e6)).padStart(8, '0')}`,
        ms: Math.round(random() * 5000) / 10,
        at: new Date(time).toISOString(),
        agent: 'Mozilla/5.0 (X11; Linux aarch64) Gecko/20100101',
        ref: 'https://www.example.com/search',
      });
      bytes += json.length;
      Records.push(record(i, time, json));
    }
    batches.push({ Records });
  }
  return { batches, events, bytes: Math.round(bytes / events) };
}

function record(i: number, time: number, json: string): KinesisStreamRecord {
  const sequence = `495903382714902566085590000000000000000${String(i).padStart(17, '0')}`;
  return {
    awsRegion: 'eu-west-1',
    eventID: `shardId-000000000000:${sequence}`,
    eventName: 'aws:kinesis:record',
    eventSource: 'aws:kinesis',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks',
    eventVersion: '1.0',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/aggregate',
    kinesis: {
      approximateArrivalTimestamp: time / 1000 + 0.2,
      data: Buffer.from(json).toString('base64'),
      kinesisSchemaVersion: '1.0',
      partitionKey: String(i % 97),
      sequenceNumber: sequence,
    },
  };
}

/** A small seeded generator: the same workload in every run. */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
