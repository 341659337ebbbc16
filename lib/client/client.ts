import type { Application, InferKeys, InferRows } from '../dsl/application.ts';
import { camelCased, type DeadLetter, type Health, type LateEvent, type SqlResult, type ViewInfo, type WindowInfo } from './answers.ts';
import { MillraceClientError } from './client-error.ts';
import { type LeftOut, type Page, Paged, type PagingOptions, type ResultPage } from './paged.ts';
import { Seen } from './seen.ts';
import { type Answer, createTransport, type Transport, type TransportOptions } from './transport.ts';

export type {
  AggregateViewInfo,
  CalendarWindowInfo,
  ColumnInfo,
  DeadLetter,
  DerivedViewInfo,
  FixedWindowInfo,
  Health,
  KeptContent,
  LateEvent,
  OpenBreaker,
  SessionWindowInfo,
  SqlResult,
  StaggerWindowInfo,
  ViewInfo,
  WindowInfo,
} from './answers.ts';
export { MillraceClientError, type ProblemDetails } from './client-error.ts';
export type { LeftOut, Page, Paged, PagingOptions, ResultPage } from './paged.ts';
export type { TransportOptions as ClientOptions } from './transport.ts';

/** A point in time: ISO 8601, a `Date`, or milliseconds since 1970. */
export type Time = string | Date | number;

type Views<A extends Application> = keyof InferRows<A> & string;
type Row<A extends Application, N extends Views<A>> = unknown extends InferRows<A>[N] ? Record<string, unknown> : InferRows<A>[N];
type Key<A extends Application, N extends keyof InferKeys<A>> = unknown extends InferKeys<A>[N] ? Record<string, unknown> : InferKeys<A>[N];
type Sortable<R> = Exclude<keyof R & string, 'window_start' | 'window_end' | 'final' | '$errors'>;

/** What every row of an answer to SQL has. */
export interface SqlRow {
  readonly final: boolean;
  /** why columns are null that a view could not compute, by name; absent if there are none */
  readonly $errors?: Readonly<Record<string, string>>;
}

/** Which windows, by their start. */
export interface RangeOptions extends PagingOptions {
  /** at or after this time, or relative to now such as `'-1 hour'` */
  readonly from?: Time;
  /** before this time, or relative to now */
  readonly to?: Time;
  /** by start of the window; default `'asc'` */
  readonly order?: 'asc' | 'desc';
}

/** Selects all windows of a key. A view without key columns needs no key. */
export type RowsOptions<K> = RangeOptions & {
  /** one row per interval instead of one per window, e.g. `'1 hour'`; tumbling windows only */
  readonly every?: string;
} & (Record<never, never> extends K ? { readonly key?: K } : { readonly key: K });

/** How the keys of a window are sorted: by columns, with `-` in front for descending order; ties by key. */
export interface WindowRowsOptions<R> extends PagingOptions {
  /** the columns; by key if absent or empty */
  readonly orderBy?: readonly (Sortable<R> | `-${Sortable<R>}`)[];
}

/**
 * Creates a client for an application's REST API. It runs wherever `fetch` exists. It never reads an older state than
 * before: every request sends the `as_of` tokens of earlier answers.
 *
 * @typeParam A the application, for the types of keys and rows
 * @param options the API's URL and key
 *
 * @example
 * ```ts
 * import type app from './app.ts';
 *
 * const client = createClient<typeof app>({ url: 'http://127.0.0.1:8080' });
 * for await (const row of client.rows('page_views', { key: { page: '/a' }, from: '-1 hour' })) console.log(row.views);
 * ```
 */
export function createClient<A extends Application = Application>(options: TransportOptions): MillraceClient<A> {
  return new MillraceClient<A>(createTransport(options));
}

/** See {@link createClient}. */
export class MillraceClient<A extends Application = Application> {
  readonly #get: Transport;
  readonly #seen = new Seen();

  /** @internal use `createClient` */
  constructor(transport: Transport) {
    this.#get = transport;
  }

  /** All windows of one key, by start. */
  rows<N extends Views<A>>(view: N, options: RowsOptions<Key<A, N>>): Paged<Row<A, N>, ResultPage<Row<A, N>>> {
    const query = { ...keyQuery(options.key ?? {}), ...rangeQuery(options), every: options.every };
    return this.#results(view, 'rows', query, options, (row) => row as Row<A, N>);
  }

  /**
   * All keys of one window, sorted.
   *
   * @param window `'latest'`: the newest that has started; `'latest_final'`: the newest whose rows are final; or a window's start
   */
  window<N extends Views<A>>(
    view: N,
    window: 'latest' | 'latest_final' | Time,
    options: WindowRowsOptions<Row<A, N>> = {},
  ): Paged<Row<A, N>, ResultPage<Row<A, N>>> {
    const query = { window: timeText(window), order_by: options.orderBy?.join(',') || undefined };
    return this.#results(view, 'rows', query, options, (row) => row as Row<A, N>);
  }

  /** The windows of a view that hold rows, by start. */
  windows(view: Views<A>, options: RangeOptions = {}): Paged<WindowInfo, ResultPage<WindowInfo>> {
    return this.#results(view, 'windows', rangeQuery(options), options, (row) => {
      const { window_start, window_end, ...rest } = row as { window_start: string; window_end: string; final: boolean; keys: number };
      return { start: window_start, end: window_end, ...rest };
    });
  }

  /** A view's late events, newest commit first. */
  late(view: Views<A>, options: PagingOptions = {}): Paged<LateEvent> {
    return this.#kept(`${viewPath(view)}/late`, options);
  }

  /** A stream's dead letters, newest commit first. */
  deadLetters(stream: string, options: PagingOptions = {}): Paged<DeadLetter> {
    return this.#kept(`/v1/streams/${encodeURIComponent(stream)}/dead-letters`, options);
  }

  /**
   * Runs an ad hoc query over the views, with live and final rows.
   *
   * @typeParam R a row, without `final`
   * @param text SQL as in a view, with ORDER BY, LIMIT, `now()` and `$1`, `$2`, … for values
   * @param options.parameters the values of `$1`, `$2`, …; pass values from users here, never in the text
   * @throws MillraceClientError whose `problem` has the line and column of an error, or the filter that would make the query read less
   * @example
   * ```ts
   * const { rows } = await client.sql<{ page: string; views: number }>(
   *   "SELECT page, sum(views) AS views FROM page_views WHERE page = $1 AND window_start >= now() - interval '1 hour' GROUP BY page",
   *   { parameters: ['/a'] },
   * );
   * ```
   */
  async sql<R = Record<string, unknown>>(
    text: string,
    options: { readonly parameters?: readonly unknown[]; readonly signal?: AbortSignal } = {},
  ): Promise<SqlResult<R & SqlRow>> {
    const said = this.#seen.all;
    const body = { sql: text, parameters: options.parameters, as_of: said };
    const answer = await this.#get({ path: '/v1/sql', body, signal: options.signal }).catch((error: unknown) => {
      const [, outdated] = (error instanceof MillraceClientError && /^as_of\.(.+)$/s.exec(error.problem?.parameter ?? '')) || [];
      // A deployment has removed the view since, or changed what it reads, so no earlier answer applies to it.
      if (outdated === undefined || !Object.hasOwn(said, outdated)) throw error;
      this.#seen.forget(outdated);
      return undefined;
    });
    if (!answer) return this.sql(text, options);
    const { as_of, left_out_rows, ...result } = answer.body as unknown as SqlResult<R & SqlRow> & {
      as_of: Readonly<Record<string, string>>;
      left_out_rows?: LeftOut;
    };
    for (const [view, token] of Object.entries(as_of)) this.#seen.note(view, said[view], token);
    return { ...result, ...(left_out_rows && { leftOut: left_out_rows }), readUnits: readUnits(answer) };
  }

  /** The state of streams, shards and views. */
  async health(options: { readonly signal?: AbortSignal } = {}): Promise<Health> {
    return camelCased((await this.#get({ path: '/v1/health', signal: options.signal })).body, 9) as Health;
  }

  /** The descriptions of the views. */
  async views(options: { readonly signal?: AbortSignal } = {}): Promise<readonly ViewInfo[]> {
    const { body } = await this.#get({ path: '/v1/views', signal: options.signal });
    return camelCased(body.views, 9) as readonly ViewInfo[];
  }

  #results<R>(
    view: string,
    what: 'rows' | 'windows',
    query: Readonly<Record<string, string | undefined>>,
    options: PagingOptions,
    read: (row: unknown) => R,
  ): Paged<R, ResultPage<R>> {
    return new Paged(async ({ cursor, limit }) => {
      const said = this.#seen.of(view);
      const answer = await this.#get({
        path: `${viewPath(view)}/${what}`,
        query: { ...query, cursor, limit: String(limit), as_of: said },
        signal: options.signal,
      });
      const { as_of, watermark, left_out_rows } = answer.body as { as_of: string; watermark: string | null; left_out_rows?: LeftOut };
      this.#seen.note(view, said, as_of);
      return { ...pageOf(answer, read), watermark, ...(left_out_rows && { leftOut: left_out_rows }) };
    }, options);
  }

  #kept<R>(path: string, options: PagingOptions): Paged<R> {
    return new Paged(async ({ cursor, limit }) => {
      const answer = await this.#get({ path, query: { cursor, limit: String(limit) }, signal: options.signal });
      return pageOf(answer, (row) => camelCased(row, 1) as R);
    }, options);
  }
}

function pageOf<R>({ body, headers }: Answer, read: (row: unknown) => R): Page<R> {
  const { rows, next } = body as { rows: readonly unknown[]; next: string | null };
  return { rows: rows.map(read), next: next ?? undefined, readUnits: readUnits({ headers }) };
}

function readUnits({ headers }: Pick<Answer, 'headers'>): number {
  return Number(headers.get('x-millrace-read-units') ?? 0);
}

function viewPath(view: string): string {
  return `/v1/views/${encodeURIComponent(view)}`;
}

function keyQuery(key: object): Record<string, string | undefined> {
  const query = Object.entries(key).map(([column, value]: [string, unknown]): [string, string | undefined] =>
    value === null ? [`key.${column}.is_null`, 'true'] : [`key.${column}`, value === undefined ? undefined : String(value)],
  );
  return Object.fromEntries(query);
}

function rangeQuery({ from, to, order }: RangeOptions): Record<string, string | undefined> {
  return { from: from === undefined ? undefined : timeText(from), to: to === undefined ? undefined : timeText(to), order };
}

function timeText(time: Time): string {
  return typeof time === 'string' ? time : new Date(time).toISOString();
}
