import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-kinesis';
import { junkId, type SoakEvent } from './producer.ts';
import { type SoakStack, STREAM } from './stack.ts';

/** A cell of a view: what is compared. */
export interface Cell {
  readonly events: number;
  readonly total: number;
}

/** The stream's records, folded independently of Millrace. */
export interface Truth {
  readonly records: number;
  readonly junk: number;
  /** ids that were acknowledged and are not in the stream */
  readonly lost: number;
  /** ids that are in the stream more than once */
  readonly twice: number;
  /** the maximum time of an event to its arrival, in milliseconds */
  readonly longestWay: number;
  /** by view, then by `window start / key` */
  readonly views: Readonly<Record<'sums' | 'trend', ReadonlyMap<string, Cell>>>;
}

/** What follows one another in `sums`, and how far apart windows of `trend` begin, which are twice as long. */
const SLIDE = 5_000;

/** Reads everything the stream holds. */
export async function readTruth(stack: SoakStack, acknowledged: Iterable<number>, onProgress: (records: number) => void): Promise<Truth> {
  const seen = new Map<number, number>();
  const views = { sums: new Map<string, Cell>(), trend: new Map<string, Cell>() };
  let records = 0;
  let junk = 0;
  let longestWay = 0;
  for await (const { data, arrival } of recordsOf(stack)) {
    records++;
    if (records % 10_000 === 0) onProgress(records);
    const text = data.toString();
    const bad = junkId(text);
    const event = bad === undefined ? (JSON.parse(text) as SoakEvent) : undefined;
    const id = bad ?? (event?.id as number);
    seen.set(id, (seen.get(id) ?? 0) + 1);
    if (!event) {
      junk++;
      continue;
    }
    const at = Date.parse(event.at);
    longestWay = Math.max(longestWay, arrival - at);
    const start = Math.floor(at / SLIDE) * SLIDE;
    add(views.sums, start, event);
    for (const begun of [start, start - SLIDE]) add(views.trend, begun, event);
  }
  let lost = 0;
  for (const id of acknowledged) if (!seen.has(id)) lost++;
  let twice = 0;
  for (const times of seen.values()) if (times > 1) twice++;
  return { records, junk, lost, twice, longestWay, views };
}

function add(cells: Map<string, Cell>, start: number, { key, value }: SoakEvent): void {
  const name = `${new Date(start).toISOString()} ${key}`;
  const { events, total } = cells.get(name) ?? { events: 0, total: 0 };
  cells.set(name, { events: events + 1, total: total + value });
}

/** Every record of every shard, closed ones too. */
async function* recordsOf(stack: SoakStack): AsyncGenerator<{ readonly data: Buffer; readonly arrival: number }> {
  for (const { ShardId } of await stack.shards()) {
    const first = await stack.kinesis.send(new GetShardIteratorCommand({ StreamName: STREAM, ShardId, ShardIteratorType: 'TRIM_HORIZON' }));
    let iterator = first.ShardIterator;
    while (iterator) {
      const { Records = [], NextShardIterator } = await stack.kinesis.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 5000 }));
      for (const { Data, ApproximateArrivalTimestamp } of Records) {
        yield { data: Buffer.from(Data as Uint8Array), arrival: (ApproximateArrivalTimestamp as Date).getTime() };
      }
      // Nobody puts any more.
      iterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
}

/** The differences between a view's rows and the truth, one per line; none if they are equal and final. */
export function differences(truth: ReadonlyMap<string, Cell>, rows: readonly Record<string, unknown>[]): string[] {
  const found: string[] = [];
  const left = new Map(truth);
  for (const { key, window_start, events, total, final } of rows) {
    const name = `${window_start} ${key}`;
    const wanted = left.get(name);
    left.delete(name);
    if (wanted?.events !== events || wanted?.total !== total || final !== true) {
      found.push(`${name}: ${JSON.stringify({ events, total, final })} instead of ${JSON.stringify(wanted)}`);
    }
  }
  for (const [name, wanted] of left) found.push(`${name}: missing instead of ${JSON.stringify(wanted)}`);
  return found;
}
