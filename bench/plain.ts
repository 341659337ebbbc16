import type { KinesisStreamEvent } from 'aws-lambda';

/** The sums per page and minute. */
export interface Totals {
  n: number;
  sum: number;
  min: number;
  max: number;
}

interface Click {
  readonly page: string;
  readonly ms: number;
  readonly at: string;
}

/** A handwritten handler: JSON.parse per record, one Map, no validation, no persistence. */
export function plainHandler(): { handle(event: KinesisStreamEvent): void; totals: Map<string, Totals> } {
  const totals = new Map<string, Totals>();
  return {
    totals,
    handle(event) {
      for (const { kinesis } of event.Records) add(totals, JSON.parse(Buffer.from(kinesis.data, 'base64').toString()) as Click);
    },
  };
}

/** The bound: decode everything, parse once, one Map. Unsound for real input, as one bad record would fail all. */
export function boundHandler(): { handle(event: KinesisStreamEvent): void; totals: Map<string, Totals> } {
  const totals = new Map<string, Totals>();
  return {
    totals,
    handle(event) {
      let size = 2;
      for (const { kinesis } of event.Records) size += kinesis.data.length;
      const buffer = Buffer.allocUnsafe(size);
      buffer[0] = 0x5b;
      let at = 1;
      for (const { kinesis } of event.Records) {
        if (at > 1) buffer[at++] = 0x2c;
        at += buffer.write(kinesis.data, at, 'base64');
      }
      buffer[at++] = 0x5d;
      for (const click of JSON.parse(buffer.toString('latin1', 0, at)) as Click[]) add(totals, click);
    },
  };
}

function add(totals: Map<string, Totals>, { page, ms, at }: Click): void {
  const minute = Math.floor(Date.parse(at) / 60_000);
  const key = `${minute} ${page}`;
  const found = totals.get(key);
  if (!found) totals.set(key, { n: 1, sum: ms, min: ms, max: ms });
  else {
    found.n++;
    found.sum += ms;
    if (ms < found.min) found.min = ms;
    if (ms > found.max) found.max = ms;
  }
}
