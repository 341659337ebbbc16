import { LIMITS } from '../api/sql.ts';
import { compile } from '../compile/compile.ts';
import { questionBinder } from '../compile/question-binder.ts';
import type { Row } from '../core/column.ts';
import { type Duration, parseDuration } from '../core/duration.ts';
import { MillraceError } from '../core/errors.ts';
import { type Instant, toInstant } from '../core/instant.ts';
import { formatJson, parseJson } from '../core/json.ts';
import type { Window } from '../core/window.ts';
import type { Application, InferEvents, InferKeys, InferRows } from '../dsl/application.ts';
import { decodePayload } from '../formats/decode-payload.ts';
import type { Format } from '../formats/format.ts';
import type { Plan } from '../plan/plan.ts';
import type { BindQuestion } from '../plan/question.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import { basesOf } from '../query/scans.ts';
import { mergeStream } from '../runtime/merge.ts';
import { type BatchReport, processBatch } from '../runtime/process-batch.ts';
import { type DerivedAfter, readDerivedRows, readDerivedWindowRows } from '../runtime/read/derived/derived-rows.ts';
import { type KeptQuery, readDeadLetters, readLate } from '../runtime/read/kept-events.ts';
import { readKeyRows } from '../runtime/read/key-rows.ts';
import type { KeptEvent, KeptPage, ResultRow, WindowQuery } from '../runtime/read/query.ts';
import { createReader, type Reader, viewPlan } from '../runtime/read/reader.ts';
import { ask } from '../runtime/read/relation/ask.ts';
import { readWindowRows } from '../runtime/read/window-rows.ts';
import { readWindows } from '../runtime/read/windows.ts';
import { createRuntime, type Runtime, streamPlan } from '../runtime/runtime.ts';
import { tick } from '../runtime/tick.ts';
import { createMemoryStore } from '../store/memory/memory-store.ts';
import type { Store } from '../store/ports.ts';
import { MemoryStreams, type PutRecord } from './memory-stream.ts';

/** Options of {@link createTestDriver}; all have defaults. */
export interface TestDriverOptions {
  /** where the clock starts: ISO 8601 or milliseconds; default 2026-01-01T00:00:00Z */
  readonly now?: string | Instant;
  /** shards of each stream; default 1 */
  readonly shards?: number;
}

/** How events are put. */
export interface PutOptions {
  /** number of the shard; default 0 */
  readonly shard?: number;
  /** their arrival time; default: the driver's clock */
  readonly arrival?: string | Instant;
  /** their records' partition key; default: that of the stream's `partitionKey` column, so none is wrong */
  readonly partitionKey?: string;
}

/** Which rows to read; default all of the view. */
export interface ReadOptions<K = Row> {
  /** only this key: a value for each of the view's key columns */
  readonly key?: K;
  /** only this window */
  readonly window?: 'latest' | 'latest_final' | string | Instant;
}

const PAGE = 1000;

/**
 * Runs an application in memory: put events, advance the clock, read rows. Everything except Kinesis and DynamoDB is the code that runs in
 * production: processing, the commit protocol, merging, queries. Nothing runs in the background, so tests are deterministic.
 *
 * @param application the result of `application(…)`; it is compiled here
 * @returns a driver whose clock only {@link TestDriver.advance} advances
 * @throws MillraceError `definition` if the application is invalid
 *
 * @example
 * ```ts
 * const driver = await createTestDriver(application, { now: '2026-01-01T00:00:00Z' });
 * await driver.put('clicks', { page: '/a', user_id: 'u1', ms: 20, at: '2026-01-01T00:00:00Z' });
 * await driver.advance('5 minutes');
 * await driver.rows('page_views'); // [{ page: '/a', window_start: …, views: 1, final: true, … }]
 * ```
 */
export async function createTestDriver<A extends Application>(application: A, options: TestDriverOptions = {}): Promise<TestDriver<A>> {
  const plan = await compile(application);
  const driver = new TestDriver<A>(plan, {
    bind: questionBinder(application, plan),
    now: instant(options.now ?? '2026-01-01T00:00:00Z', 'now'),
    shards: options.shards ?? 1,
  });
  await driver.advance(0);
  return driver;
}

type RowIn<A extends Application, N extends keyof InferRows<A> & string> = unknown extends InferRows<A>[N] ? ResultRow : InferRows<A>[N];
type KeyIn<A extends Application, N extends keyof InferKeys<A>> = unknown extends InferKeys<A>[N] ? Row : Readonly<InferKeys<A>[N]>;
/** A record's bytes, or their text. */
type Payload = Uint8Array | string;
type EventIn<A extends Application, N extends keyof InferEvents<A>> = InferEvents<A>[N];

/** What {@link TestDriver} works with. */
interface TestDriverParts {
  readonly bind: BindQuestion;
  readonly now: Instant;
  /** of each stream */
  readonly shards: number;
}

/** See {@link createTestDriver}. */
export class TestDriver<A extends Application = Application> {
  readonly plan: Plan;
  readonly #bind: BindQuestion;
  readonly #streams: MemoryStreams;
  readonly #store: Store = createMemoryStore();
  #now: Instant;
  #runtime: Runtime;
  #reader: Reader;

  /** @internal use {@link createTestDriver}, which also registers the shards */
  constructor(plan: Plan, { bind, now, shards }: TestDriverParts) {
    this.plan = plan;
    this.#bind = bind;
    this.#now = now;
    this.#streams = new MemoryStreams(() => this.#now);
    for (const { name } of plan.streams) this.#streams.addShards(name, shards);
    this.#runtime = this.#start();
    this.#reader = createReader(this.#runtime, { followEvery: 0 });
  }

  /** The driver's clock, milliseconds since the epoch. */
  now(): Instant {
    return this.#now;
  }

  /**
   * Puts events into a stream as one batch, with one record per event, and processes the batch.
   *
   * @param events one or several, as producers send them, or the payloads of records: bytes, or text if the stream has a `format`. Events that do not
   *   match the stream's schema become dead letters
   * @returns the outcome of the batch
   * @throws MillraceError `argument` when there is no such stream or shard
   */
  async put<N extends keyof InferEvents<A> & string>(
    stream: N,
    events: EventIn<A, N> | Payload | readonly (EventIn<A, N> | Payload)[],
    options: PutOptions = {},
  ): Promise<BatchReport> {
    const { format } = streamPlan(this.#runtime, stream);
    const shards = await this.#streams.list(stream);
    const shard = shards[options.shard ?? 0]?.shard;
    if (shard === undefined)
      throw new MillraceError(
        'argument',
        `stream "${stream}" has ${shards.length} shards, numbered from 0; there is no shard ${options.shard}`,
      );
    const arrival = options.arrival === undefined ? this.#now : instant(options.arrival, 'arrival');
    const records = (Array.isArray(events) ? events : [events]).map((event: unknown) =>
      this.#streams.put(stream, { shard, arrival, partitionKey: options.partitionKey, ...recordOf(event, format) }),
    );
    const report = await processBatch(this.#runtime, { stream, shard, records, deadline: Number.POSITIVE_INFINITY });
    if (report.mergeDue) await mergeStream(this.#runtime, this.#store, stream, Number.POSITIVE_INFINITY);
    return report;
  }

  /** Advances the clock, then runs the maintenance tick: watermarks of idle shards advance, and closed windows become final. */
  async advance(by: Duration): Promise<void> {
    const ms = parseDuration(by);
    if (ms < 0) throw new MillraceError('argument', `the clock cannot go back, by ${by}`);
    this.#now += ms;
    await tick(this.#runtime, { deadline: Number.POSITIVE_INFINITY });
  }

  /** A view's rows, by window and then key, as REST returns them, including those of open windows (`final: false`). */
  async rows<N extends keyof InferRows<A> & string>(view: N, options: ReadOptions<KeyIn<A, N>> = {}): Promise<RowIn<A, N>[]> {
    return (await this.#rows(view, options)) as RowIn<A, N>[];
  }

  /**
   * The answer to a SELECT over the views, with live and final rows, as `POST /v1/sql` returns it.
   *
   * @typeParam R a row: the selected columns and `final`
   * @param text SQL as in a view, with ORDER BY, LIMIT, `now()`, which is the driver's clock, and `$1`, `$2`, … for values
   * @throws MillraceError `definition` with line and column of an error, `limit` if the query reads too much
   * @example
   * ```ts
   * await driver.sql('SELECT page, sum(views) AS views FROM page_views WHERE page = $1 GROUP BY page', { parameters: ['/a'] });
   * ```
   */
  async sql<R = Row>(
    text: string,
    { parameters = [] }: { readonly parameters?: readonly unknown[] } = {},
  ): Promise<(R & { final: boolean })[]> {
    const { relation } = await this.#bind(text, { parameters, now: this.#now });
    const { rows } = await ask(this.#reader, { relation, limits: LIMITS, asOf: new Map() });
    const names = relation.columns.map(({ name }) => name);
    return rows.map(({ row, final }) => Object.fromEntries([...names.map((name) => [name, row[name] ?? null]), ['final', final]]));
  }

  async #rows(view: string, options: ReadOptions): Promise<ResultRow[]> {
    const derived = this.plan.derived.find(({ name }) => name === view);
    if (derived) return this.#derivedRows(derived, options);
    const spec = viewPlan(this.#reader, view);
    if (options.key) return this.#keyRows(view, keyValues(spec, options.key));
    if (options.window !== undefined) return this.#windowRows(view, wantedWindow(options.window));
    const rows: ResultRow[] = [];
    if (spec.window.kind === 'global') return this.#windowRows(view, 'latest');
    for (let after: Window | undefined; ; ) {
      const { windows, next } = await readWindows(this.#reader, { view, order: 'asc', limit: PAGE, after });
      for (const { start, end } of windows) rows.push(...(await this.#windowRows(view, { start, end })));
      if (next === undefined) return rows;
      after = next;
    }
  }

  /** A view's late events, newest first. */
  async late(view: keyof InferRows<A> & string): Promise<readonly KeptEvent[]> {
    const derived = this.plan.derived.find(({ name }) => name === view);
    const bases = derived ? basesOf(derived.relation) : [view];
    return allKept((query) => readLate(this.#reader, bases, query));
  }

  /** A stream's dead letters, newest first. */
  async deadLetters(stream: keyof InferEvents<A> & string): Promise<readonly KeptEvent[]> {
    return allKept((query) => readDeadLetters(this.#reader, stream, query));
  }

  /** Clears all state in memory, like the start of a new Lambda container: processing continues from the store. */
  restart(): void {
    this.#runtime = this.#start();
    this.#reader = createReader(this.#runtime, { followEvery: 0 });
  }

  #start(): Runtime {
    return createRuntime({ plan: this.plan, store: this.#store, shards: this.#streams, clock: { now: () => this.#now } });
  }

  async #derivedRows(view: DerivedViewPlan, { key, window }: ReadOptions): Promise<ResultRow[]> {
    const rows: ResultRow[] = [];
    const wanted = window === undefined ? undefined : wantedWindow(window);
    for (let after: DerivedAfter | undefined; ; ) {
      const page = await (wanted === undefined
        ? readDerivedRows(this.#reader, view, { key: key && keyValues(view, key), order: 'asc', limit: PAGE, after })
        : readDerivedWindowRows(this.#reader, view, {
            window: wanted,
            orderBy: [],
            limit: PAGE,
            after,
          }));
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      after = page.next;
    }
  }

  async #keyRows(view: string, key: readonly unknown[]): Promise<ResultRow[]> {
    const rows: ResultRow[] = [];
    for (let after: Window | undefined; ; ) {
      const page = await readKeyRows(this.#reader, { view, key, order: 'asc', limit: PAGE, after });
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      after = page.next;
    }
  }

  async #windowRows(view: string, window: WindowQuery['window']): Promise<ResultRow[]> {
    const rows: ResultRow[] = [];
    for (let after: Awaited<ReturnType<typeof readWindowRows>>['next']; ; ) {
      const page = await readWindowRows(this.#reader, { view, window, orderBy: [], limit: PAGE, after });
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      after = page.next;
    }
  }
}

async function allKept(read: (query: KeptQuery) => Promise<KeptPage>): Promise<KeptEvent[]> {
  const events: KeptEvent[] = [];
  for (let after: KeptPage['next']; ; ) {
    const page = await read({ limit: PAGE, after });
    events.push(...page.events);
    if (page.next === undefined) return events;
    after = page.next;
  }
}

function keyValues(view: { readonly name: string; readonly key: readonly { readonly name: string }[] }, key: Row): unknown[] {
  const missing = view.key.find(({ name }) => !Object.hasOwn(key, name));
  if (missing) throw new MillraceError('argument', `the key of view "${view.name}" needs "${missing.name}"`);
  return view.key.map(({ name }) => key[name]);
}

function wantedWindow(window: NonNullable<ReadOptions['window']>): WindowQuery['window'] {
  return window === 'latest' || window === 'latest_final' ? window : { start: instant(window, 'window'), end: undefined };
}

/** An event as a record: bytes, and text where the stream has a format, are its payload; anything else is a value in it. */
function recordOf(event: unknown, format: Format | undefined): Pick<PutRecord, 'parts' | 'bytes'> {
  const isPayload = event instanceof Uint8Array || (typeof event === 'string' && format !== undefined);
  if (!isPayload) return { parts: [{ value: parseJson(formatJson(event)) }] };
  const bytes = typeof event === 'string' ? new TextEncoder().encode(event) : event;
  const { parts, own } = decodePayload(bytes, format);
  return { bytes, parts: parts.map((part, i) => ('reason' in part ? { reason: part.reason, bytes: own(i) } : part)) };
}

function instant(value: string | Instant, name: string): Instant {
  const found = toInstant(value);
  if (found === undefined)
    throw new MillraceError('argument', `${name} is not a time: ${JSON.stringify(value)}; use ISO 8601 or milliseconds`);
  return found;
}
