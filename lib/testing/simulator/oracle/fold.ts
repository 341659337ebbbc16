import { Memory } from './memory.ts';
import { type Placed, readKeyed } from './read-record.ts';
import type { ApplicationSpec } from './spec.ts';
import { type OracleRow, ViewFold } from './view-fold.ts';

/** A record as it lay in its shard. */
export interface FoldedRecord extends Placed {
  readonly sequence: string;
  readonly arrival: number;
}

/** One entry according to a task's log: its position, and the decisions of the tick. */
export interface FoldedEntry {
  readonly kind: 'genesis' | 'batch' | 'idle' | 'end';
  readonly last: string;
  readonly watermark: number;
  /** whether every event failed in the version that wrote it */
  readonly broken: boolean;
}

/** A shard's records in order, and its task's log. */
export interface FoldedTask {
  readonly shard: string;
  readonly parents: readonly string[];
  /** its hash keys, both inclusive */
  readonly range: { readonly from: bigint; readonly to: bigint };
  readonly records: readonly FoldedRecord[];
  readonly entries: readonly FoldedEntry[];
}

/** An event that some windows could not take. */
export interface OracleLate {
  readonly sequence: string;
  readonly at: number;
  readonly views: readonly string[];
  /** whether its shard alone cannot have closed those windows, so the event was in time */
  readonly tooEarly: boolean;
}

/** A dead letter. */
export interface OracleDead {
  readonly sequence: string;
  /** the views that cannot take it; none: no view can */
  readonly views: readonly string[];
}

/** The expected final result. */
export interface Folded {
  /** rows by view, then by `paneName` */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, OracleRow>>;
  readonly late: readonly OracleLate[];
  readonly dead: readonly OracleDead[];
  /** events that were left out because their id was counted before */
  readonly duplicates: number;
  /** differences between a log and the fold */
  readonly problems: readonly string[];
}

/**
 * The naive computation: each task's events one by one in commit order. The decisions of the tick (genesis, idle) are
 * inputs; everything else is computed.
 *
 * @param clockSkew milliseconds by which the clocks that measure idleness may be ahead of the clock of arrivals
 */
export function fold(spec: ApplicationSpec, tasks: readonly FoldedTask[], clockSkew = 0): Folded {
  const views = new Map(spec.views.map((view) => [view.name, new ViewFold(view)]));
  const late: OracleLate[] = [];
  const dead: OracleDead[] = [];
  const problems: string[] = [];
  const memories = new Map<string, Memory>();
  let duplicates = 0;
  for (const { shard, parents, range, records, entries } of tasks) {
    const number = Number(/\d+$/.exec(shard)?.[0]);
    let watermark = Number.NEGATIVE_INFINITY;
    let next = 0;
    let place = 0;
    const memory = new Memory(spec.dedupe, range);
    if (entries.length > 0) memories.set(shard, memory);
    for (const parent of parents) memory.inherit(memories.get(parent));
    entries.forEach((entry, index) => {
      if (entry.kind !== 'batch') watermark = Math.max(watermark, entry.watermark);
      for (; entry.kind === 'batch' && next < records.length; next++) {
        const record = records[next] as FoldedRecord;
        const { sequence, arrival } = record;
        if (BigInt(sequence) > BigInt(entry.last)) break;
        const keyed = readKeyed(record);
        const events = keyed.map(({ found }) => found);
        // An event that crashes the process makes its whole record a dead letter. An event too far ahead is not processed.
        if (!entry.broken && events.some((event) => event?.does === 'crash' && event.at - arrival <= spec.maxAhead)) {
          dead.push({ sequence, views: [] });
          continue;
        }
        for (const { found: event, partitionKey } of keyed) {
          place++;
          if (!event || event.at - arrival > spec.maxAhead || !memory.isRight(event, partitionKey)) {
            dead.push({ sequence, views: [] });
            continue;
          }
          // A valid event of the stream advances time, whatever its outcome in views.
          watermark = Math.max(watermark, Math.min(event.at, arrival) - spec.outOfOrder, arrival - spec.maxBehind - spec.outOfOrder);
          const judged = memory.judge(event, watermark);
          if (judged !== 'new') {
            if (judged === 'duplicate') duplicates++;
            else if (judged === 'full') dead.push({ sequence, views: [] });
            else {
              const tooEarly = memory.judge(event, arrival - spec.outOfOrder + clockSkew) !== 'late';
              late.push({ sequence, at: event.at, views: spec.views.map(({ name }) => name), tooEarly });
            }
            continue;
          }
          const failing =
            entry.broken || event.does === 'throw' ? spec.views : event.does === 'throw in first view' ? spec.views.slice(0, 1) : [];
          if (failing.length > 0) dead.push({ sequence, views: failing.length < spec.views.length ? failing.map(({ name }) => name) : [] });
          if (failing.length < spec.views.length) memory.add(event);
          const taking = [...views].filter(([name]) => !failing.some((view) => view.name === name));
          const outcomes = taking.map(([name, view]) => {
            return { name, ...view.take({ event, shard: number, place }, arrival, watermark, arrival - spec.outOfOrder + clockSkew) };
          });
          const missed = outcomes.filter((one) => one.late);
          if (missed.length === 0) continue;
          late.push({ sequence, at: event.at, views: missed.map(({ name }) => name), tooEarly: missed.some((one) => one.tooEarly) });
        }
      }
      memory.watermark = watermark;
      if (entry.watermark !== watermark) problems.push(`${shard} entry ${index + 1}: watermark ${entry.watermark}, not ${watermark}`);
    });
  }
  return { rows: new Map(Array.from(views, ([name, view]) => [name, view.rows()])), late, dead, duplicates, problems };
}
