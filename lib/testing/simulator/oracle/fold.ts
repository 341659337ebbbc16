import { AGGREGATES, type Counted } from './aggregates.ts';
import { readRecord } from './read-record.ts';
import type { ApplicationSpec, Payload, ViewSpec } from './spec.ts';
import { type OracleWindow, windowsAt } from './windows.ts';

/** A record as it lay in its shard. */
export interface FoldedRecord {
  readonly sequence: string;
  readonly arrival: number;
  readonly data: Uint8Array;
}

/** What a task's log says of one entry: how far it went, and what the tick decided. */
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
  readonly records: readonly FoldedRecord[];
  readonly entries: readonly FoldedEntry[];
}

/** An event that some windows could not take. */
export interface OracleLate {
  readonly sequence: string;
  readonly at: number;
  readonly views: readonly string[];
  /** whether its shard alone cannot have closed those windows: it came in time */
  readonly tooEarly: boolean;
}

/** What must be there in the end. */
export interface Folded {
  /** rows by view, then by {@link paneName} */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, OracleRow>>;
  readonly late: readonly OracleLate[];
  /** sequence numbers of dead letters, one for each */
  readonly dead: readonly string[];
  /** where a log says otherwise than the fold */
  readonly problems: readonly string[];
}

/** A row: its window and the values of its columns. */
export interface OracleRow extends OracleWindow {
  readonly values: Readonly<Record<string, unknown>>;
}

type Panes = Map<string, { readonly window: OracleWindow; readonly key: readonly string[]; readonly events: Counted[] }>;

/** How a pane is called: its window and its key. */
export function paneName({ start, end }: OracleWindow, key: readonly string[]): string {
  return `${start}/${end} ${JSON.stringify(key)}`;
}

/**
 * The naive reading: each task's events one by one in the order in which they were committed. What the tick decided (genesis, silence) is
 * taken as given; all else is worked out.
 */
export function fold(spec: ApplicationSpec, tasks: readonly FoldedTask[]): Folded {
  const panes = new Map<string, Panes>(spec.views.map(({ name }) => [name, new Map()]));
  const late: OracleLate[] = [];
  const dead: string[] = [];
  const problems: string[] = [];
  for (const { shard, records, entries } of tasks) {
    const number = Number(/\d+$/.exec(shard)?.[0]);
    let watermark = Number.NEGATIVE_INFINITY;
    let next = 0;
    let place = 0;
    entries.forEach((entry, index) => {
      if (entry.kind !== 'batch') watermark = Math.max(watermark, entry.watermark);
      for (; entry.kind === 'batch' && next < records.length; next++) {
        const { sequence, arrival, data } = records[next] as FoldedRecord;
        if (BigInt(sequence) > BigInt(entry.last)) break;
        const events = readRecord(data);
        // What ends the process takes the whole record with it: nobody knows what else is in it.
        if (!entry.broken && events.some((event) => event?.does === 'crash')) {
          dead.push(sequence);
          continue;
        }
        for (const event of events) {
          place++;
          if (!event || event.at - arrival > spec.maxAhead || event.does !== 'nothing' || entry.broken) {
            dead.push(sequence);
            continue;
          }
          watermark = Math.max(watermark, Math.min(event.at, arrival) - spec.outOfOrder);
          const missed = spec.views.filter((view) => !takes(view, event, arrival, watermark));
          if (missed.length > 0) {
            late.push({
              sequence,
              at: event.at,
              views: missed.map(({ name }) => name),
              tooEarly: missed.some((view) => takes(view, event, arrival, arrival - spec.outOfOrder)),
            });
          }
          for (const view of spec.views) {
            for (const window of openWindows(view, event, arrival, watermark)) {
              add(panes.get(view.name) as Panes, view, window, { event, shard: number, place });
            }
          }
        }
      }
      if (entry.watermark !== watermark) problems.push(`${shard} entry ${index + 1}: watermark ${entry.watermark}, not ${watermark}`);
    });
  }
  const rows = new Map(spec.views.map((view) => [view.name, rowsOf(view, panes.get(view.name) as Panes)]));
  return { rows, late, dead, problems };
}

function windowsOf(view: ViewSpec, event: Payload, arrival: number): OracleWindow[] {
  if (view.evenOnly && event.id % 2 !== 0) return [];
  return windowsAt(view.window, view.time === 'arrival' ? arrival : event.at);
}

function openWindows(view: ViewSpec, event: Payload, arrival: number, watermark: number): OracleWindow[] {
  return windowsOf(view, event, arrival).filter(({ end }) => end + view.lateness > watermark);
}

/** Whether every window of an event can still take it. */
function takes(view: ViewSpec, event: Payload, arrival: number, watermark: number): boolean {
  return openWindows(view, event, arrival, watermark).length === windowsOf(view, event, arrival).length;
}

function add(panes: Panes, view: ViewSpec, window: OracleWindow, counted: Counted): void {
  const key = view.key.map((column) => counted.event[column]);
  const name = paneName(window, key);
  const pane = panes.get(name) ?? { window, key, events: [] };
  panes.set(name, pane);
  pane.events.push(counted);
}

function rowsOf(view: ViewSpec, panes: Panes): Map<string, OracleRow> {
  const rows = new Map<string, OracleRow>();
  for (const [name, { window, key, events }] of panes) {
    const values: Record<string, unknown> = { ids: events.map(({ event }) => event.id).sort((a, b) => a - b) };
    view.key.forEach((column, i) => {
      values[column] = key[i];
    });
    for (const aggregate of view.aggregates) values[aggregate] = AGGREGATES[aggregate](events);
    rows.set(name, { ...window, values });
  }
  return rows;
}
