import { compareValues } from '../core/accumulators/scalar-codec.ts';
import { apply } from '../core/apply.ts';
import { ERRORS, type Row } from '../core/column.ts';
import type { DeadLetter } from '../core/entry.ts';
import type { Incoming } from '../core/event.ts';
import { formatInstant, type Instant } from '../core/instant.ts';
import { decodeKey } from '../core/key.ts';
import { carriedOn, collectSpans, type KeySpans, keyPanes, mergedSpans, NO_SPANS, spansByKey } from '../core/key-results.ts';
import { collectPanes, openWindows, resultRow, withRunningResult } from '../core/result.ts';
import { emptyState, type TaskState, viewState } from '../core/state.ts';
import { step } from '../core/step.ts';
import { hasKeyWindows, type KeyWindowView, timed } from '../core/view.ts';
import { ALL_TIME } from '../core/window.ts';
import { isOver } from '../core/windows/key-window.ts';
import { unitHint } from '../plan/event-time.ts';
import type { Plan, StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { isDerived, type ShownView } from '../plan/shown-view.ts';
import { evaluate } from '../query/evaluate.ts';
import { type LeftOut, RowErrors } from '../query/row-errors.ts';
import { basesOf } from '../query/scans.ts';
import type { Tuple } from '../query/tuple.ts';
import { type LineContent, type LineDecoder, lineDecoder } from './file-format.ts';
import { type Lines, readLines } from './lines.ts';

/** The arguments of {@link runFiles}. */
export interface FileRunOptions {
  readonly plan: Plan;
  readonly view: ShownView;
  /** by stream, paths of files read one after the other; `-`: standard input */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** called for every line that is not an event */
  readonly onDead: (dead: DeadLine) => void;
  /** called once for a stream whose first event time suggests that its unit is another one than declared */
  readonly onWrongUnit: (file: string, hint: string) => void;
  /** called from time to time with the progress */
  readonly onProgress: (progress: Progress) => void;
}

/** A line that is not an event. */
interface DeadLine {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** The progress of a run. */
interface Progress {
  readonly file: string;
  /** bytes read of the file */
  readonly bytes: number;
  readonly events: number;
}

/** The counts of a run. */
export interface Counts extends EventCounts {
  /** rows with a column that cannot be computed */
  readonly errors: number;
  /** rows left out, because a condition or a key of them cannot be computed */
  readonly leftOut?: LeftOut;
}

/** The counts of what was read. */
interface EventCounts {
  readonly events: number;
  /** events that arrived after a window of the view had closed */
  readonly late: number;
  readonly dead: number;
  /** events left out because their id was counted before */
  readonly duplicates: number;
}

/** Lines per batch; results do not depend on it. */
const BATCH = 5000;

/**
 * Runs one view over files in memory. Each stream is one shard in the order of its files, and the arrival time of each event is its event time. At the end,
 * event time advances until every window is closed.
 *
 * @returns the view's final rows by window and then key, in groups (some of them empty) as windows close; at the end, counts
 * @throws the file system's error if a file cannot be read
 */
export function runFiles(options: FileRunOptions): AsyncGenerator<readonly Row[], Counts> {
  const { view } = options;
  return isDerived(view) ? runDerived(view, options) : runBase(view, options);
}

async function* runBase(view: ViewPlan, options: FileRunOptions): AsyncGenerator<readonly Row[], Counts> {
  const run = new Run(options.plan, view.stream, [view]);
  for await (const closed of run.files(options)) yield closed.map(({ row }) => row);
  return { ...run.counts, errors: 0 };
}

/** Runs the views that a derived view reads, and evaluates it over all their rows. */
async function* runDerived(view: DerivedViewPlan, options: FileRunOptions): AsyncGenerator<readonly Row[], Counts> {
  const { plan } = options;
  const names = basesOf(view.relation);
  const views = plan.views.filter(({ name }) => names.includes(name));
  const tuples = new Map<string, ClosedRow[]>(views.map(({ name }) => [name, []]));
  const all = { events: 0, late: 0, dead: 0, duplicates: 0 };
  for (const stream of new Set(views.map((each) => each.stream))) {
    const run = new Run(
      plan,
      stream,
      views.filter((each) => each.stream === stream),
    );
    for await (const closed of run.files(options)) {
      for (const each of closed) tuples.get(each.view)?.push(each);
      yield [];
    }
    for (const name of ['events', 'late', 'dead', 'duplicates'] as const) all[name] += run.counts[name];
  }
  const errors = new RowErrors();
  const found = evaluate(view.relation, (name) => tuples.get(name) ?? [], { errors });
  yield found.toSorted(byWindow).map((tuple) => (tuple.errors ? { ...tuple.row, [ERRORS]: tuple.errors } : tuple.row));
  const { leftOut } = errors;
  return { ...all, errors: found.filter((tuple) => tuple.errors).length, ...(leftOut && { leftOut }) };
}

/** Rows of one window keep their order. */
function byWindow(a: Tuple, b: Tuple): number {
  const [x, y] = [a.window, b.window];
  return x && y ? x.end - y.end || x.start - y.start : 0;
}

/** A final row of a view. */
interface ClosedRow extends Tuple {
  readonly view: string;
}

class Run {
  readonly #stream: StreamPlan;
  readonly #wanted: readonly ViewPlan[];
  readonly #state: TaskState = emptyState();
  /** the time up to which rows were returned and panes can be evicted */
  #through = Number.NEGATIVE_INFINITY;
  /** by view, the pending spans of open windows */
  readonly #carried = new Map<string, KeySpans>();
  #taken = 0;
  #arrival = Number.NEGATIVE_INFINITY;
  #late = 0;
  /** the arrival time of events without an event time */
  readonly #begun = Date.now();
  /** the first event with a time, until it is judged */
  #first: { readonly row: Row; readonly time: Instant } | 'judged' | undefined;
  /** the decoder of the current file */
  #decode: LineDecoder = () => [];

  constructor(plan: Plan, stream: string, wanted: readonly ViewPlan[]) {
    this.#wanted = wanted;
    this.#stream = plan.streams.find(({ name }) => name === stream) as StreamPlan;
  }

  /** Reads the stream's files; returns final rows as windows close. */
  async *files({ files, onDead, onWrongUnit, onProgress }: FileRunOptions): AsyncGenerator<readonly ClosedRow[]> {
    for (const file of files.get(this.#stream.name) ?? []) {
      this.#decode = lineDecoder(file, this.#stream);
      let last = 0;
      for await (const lines of readLines(file)) {
        for (const dead of this.take(lines)) onDead({ ...dead, file });
        last = lines.first + lines.lines.length - 1;
        const hint = this.#wrongUnit();
        if (hint !== undefined) onWrongUnit(file, hint);
        onProgress({ file, bytes: lines.bytes, events: this.counts.events });
        yield this.closed();
      }
      for (const dead of this.#end(last)) onDead({ ...dead, file });
    }
    yield this.finish();
  }

  /** Processes what the lines of a file began and did not end. */
  #end(last: number): Omit<DeadLine, 'file'>[] {
    const incoming = this.#events(this.#decode.end?.() ?? [], () => ({ sequence: String(this.#taken), line: new Uint8Array() }));
    return incoming.length === 0 ? [] : this.#process(incoming).map(({ reason }) => ({ line: last, reason }));
  }

  get counts(): EventCounts {
    const { events, dead, duplicates } = this.#state;
    return { events, late: this.#late, dead, duplicates };
  }

  /** Processes lines; returns those that are not events. */
  take({ first, lines }: Lines): Omit<DeadLine, 'file'>[] {
    const dead: Omit<DeadLine, 'file'>[] = [];
    for (let i = 0; i < lines.length; i += BATCH) {
      const base = this.#taken;
      const incoming = this.#incoming(lines.slice(i, i + BATCH));
      this.#taken += Math.min(BATCH, lines.length - i);
      if (incoming.length === 0) continue;
      for (const { sequence, reason } of this.#process(incoming)) dead.push({ line: first + i + Number(sequence) - base - 1, reason });
    }
    return dead;
  }

  /** Rows of the windows that have closed since the last call. */
  closed(): ClosedRow[] {
    return this.#rowsThrough(this.#state.watermark);
  }

  /** The rows of every window still open. */
  finish(): ClosedRow[] {
    return this.#rowsThrough(Number.POSITIVE_INFINITY);
  }

  /** What the first event's time suggests, once. */
  #wrongUnit(): string | undefined {
    const { eventTime } = this.#stream;
    if (eventTime === undefined || this.#first === undefined || this.#first === 'judged') return undefined;
    const { row, time } = this.#first;
    this.#first = 'judged';
    const hint = unitHint(time, row[eventTime]);
    return hint && `the first event time is ${formatInstant(time)}: ${hint}`;
  }

  #process(incoming: readonly Incoming[]): readonly DeadLetter[] {
    const state = this.#state;
    const through = this.#through;
    const entry = step({ stream: this.#stream, views: this.#wanted, shard: 0, version: '', mergedThrough: () => through }, state, incoming);
    const { dead, late } = entry;
    this.#late += late.filter(({ views }) => this.#wanted.some(({ name }) => views.includes(name))).length;
    apply(this.#wanted, state, entry, { index: state.index + 1, nonce: '', committedAt: 0, bytes: 0 });
    return dead;
  }

  /** The events of lines. The number of a line, from 1, is the sequence number. */
  #incoming(lines: readonly Uint8Array[]): Incoming[] {
    const filled = lines.map((line, i) => ({ line, sequence: String(this.#taken + i + 1) })).filter(({ line }) => line.length > 0);
    return this.#events(this.#decode(filled.map(({ line }) => line)), (i) => filled[i] as (typeof filled)[number]);
  }

  #events(contents: readonly LineContent[], lineOf: (i: number) => { readonly sequence: string; readonly line: Uint8Array }): Incoming[] {
    return contents.flatMap(({ parts, arrival: arrived, partitionKey }, i) => {
      const { sequence, line } = lineOf(i);
      const bytes = (): Uint8Array => line;
      return parts.map((part, number): Incoming => {
        const validated = 'reason' in part ? part : this.#stream.validate(part.value);
        if ('reason' in validated) return { sequence, arrival: 0, reason: validated.reason, bytes };
        // The arrival time is the recorded one or the event time, and never decreases, whatever the order in the file.
        const { row, time = arrived ?? this.#begun } = validated;
        this.#first ??= { row, time };
        this.#arrival = Math.max(this.#arrival, arrived ?? time);
        return { sequence, arrival: this.#arrival, time, row, bytes, ...(partitionKey && { partitionKey: () => partitionKey(number) }) };
      });
    });
  }

  #rowsThrough(through: number): ClosedRow[] {
    const rows = this.#wanted.flatMap((view) => this.#rowsOf(view, through));
    this.#through = Math.max(this.#through, through);
    return rows;
  }

  #rowsOf(view: ViewPlan, through: number): ClosedRow[] {
    if (hasKeyWindows(view)) return this.#keyRowsOf(view, through);
    const held = viewState(this.#state, view);
    const rows: ClosedRow[] = [];
    const running = view.window.kind === 'global';
    // At the end of the files, the global window is final.
    const over = running
      ? through === Number.POSITIVE_INFINITY
        ? [ALL_TIME]
        : []
      : openWindows(timed(view), [held], this.#through, through);
    for (const window of over) {
      const panes = new Map<string, unknown[]>();
      collectPanes(timed(view), held, window, panes);
      withRunningResult(view, panes);
      const keys = Array.from(panes.keys(), (key) => ({ key, values: decodeKey(key) })).sort((a, b) => compareKeys(a.values, b.values));
      for (const { key } of keys)
        rows.push({
          view: view.name,
          window: running ? undefined : window,
          row: resultRow(view, key, window, panes.get(key) as unknown[]),
        });
    }
    return rows;
  }

  #keyRowsOf(view: ViewPlan & KeyWindowView, through: number): ClosedRow[] {
    const boundary = through - view.allowedLateness;
    const carried = this.#carried.get(view.name) ?? NO_SPANS;
    const held = viewState(this.#state, view);
    const panes = keyPanes(view, collectSpans([held], this.#through - view.allowedLateness, carried));
    this.#carried.set(view.name, spansByKey(carriedOn(view, panes, boundary)));
    return panes
      .filter(({ window }) => isOver(view.window, window, boundary))
      .map((pane) => ({ ...pane, values: decodeKey(pane.key) }))
      .sort((a, b) => a.window.end - b.window.end || a.window.start - b.window.start || compareKeys(a.values, b.values))
      .map(({ key, window, spans }) => ({ view: view.name, window, row: resultRow(view, key, window, mergedSpans(view, spans)) }));
  }
}

/** Column by column; NULLs last, as PostgreSQL sorts. */
function compareKeys(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? null, b[i] ?? null];
    const order = x === null || y === null ? Number(x === null) - Number(y === null) : compareValues(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
