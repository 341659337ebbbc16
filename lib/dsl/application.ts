import type { Duration } from '../core/duration.ts';
import type { CheckedDuration } from './checked-duration.ts';
import type { AggregatedDefinition } from './definition.ts';
import type { Aggregated } from './flow.ts';
import type { SqlDefinition } from './sql.ts';

/** Options of a view. */
export interface ViewOptions<D extends Duration = Duration> {
  /** change it when a function's body changes: Millrace cannot detect that, and would mix old and new state */
  readonly version?: string | number;
  /** whether results are also written as one readable item per key and window; default `true` */
  readonly rows?: boolean;
  /** how long results are kept; default: the application's */
  readonly retention?: CheckedDuration<D>;
}

declare const types: unique symbol;

/**
 * A named, keyed, windowed aggregate.
 *
 * @typeParam N its name
 * @typeParam K its key columns
 * @typeParam R its rows
 * @typeParam S what producers send, by the name of its stream
 */
export interface View<out N extends string = string, out K = unknown, out R = unknown, out S = unknown> {
  readonly [types]?: { readonly key: K; readonly row: R; readonly streams: S };
  readonly kind: 'view';
  readonly name: N;
  readonly definition: AggregatedDefinition;
  readonly options: ViewOptions;
}

/** The key and row types of an application's views, by name. */
interface ViewTypes {
  readonly [name: string]: { readonly key: unknown; readonly row: unknown };
}

/** Events as producers send them, by the names of streams. */
interface StreamTypes {
  readonly [name: string]: unknown;
}

/**
 * An application: the views that are deployed together.
 *
 * @typeParam V key and row of its views, by name
 * @typeParam S what producers send, by the names of its streams
 */
export interface Application<out V extends ViewTypes = ViewTypes, out S = unknown> {
  readonly [types]?: { readonly views: V; readonly streams: S };
  readonly kind: 'application';
  readonly name: string;
  readonly views: readonly View[];
  readonly sql?: SqlDefinition;
  readonly retention: Duration;
  /** the names of all given options, to find unknown ones */
  readonly given?: readonly string[];
}

/** A view's rows. */
export type RowOf<V extends View> = V extends View<string, unknown, infer R> ? R : never;

/** A view's key columns. */
export type KeyOf<V extends View> = V extends View<string, infer K, unknown> ? K : never;

/** An application's rows by view name: `InferRows<typeof app>['page_views']`. */
export type InferRows<A extends Application> = A extends Application<infer V> ? { [N in keyof V]: V[N]['row'] } : never;

/** What producers send to an application, by stream name. Any stream may be one of its SQL, whose types are not known. */
export type InferEvents<A extends Application> = A extends Application<ViewTypes, infer S> ? (unknown extends S ? StreamTypes : S) : never;

/** An application's keys by view name. */
export type InferKeys<A extends Application> = A extends Application<infer V> ? { [N in keyof V]: V[N]['key'] } : never;

type TypesOf<V extends readonly View[]> = {
  readonly [W in V[number] as W['name']]: W extends View<string, infer K, infer R> ? { readonly key: K; readonly row: R } : never;
};

/** The content of an application: `views`, `sql` or both. */
export interface ApplicationOptions<V extends readonly View[], D extends Duration = Duration, Q = SqlDefinition> {
  /** the results of `view(…)` */
  readonly views?: V;
  /** streams and views in SQL, which can also read `views` */
  readonly sql?: Q;
  /** how long results are kept; default `'30 days'` */
  readonly retention?: CheckedDuration<D>;
}

/** The events that producers send to the views' streams. */
type EventsOf<V extends readonly View[]> = (
  V[number] extends infer W
    ? W extends View<string, unknown, unknown, infer S>
      ? (streams: S) => void
      : never
    : never
) extends (streams: infer All) => void
  ? All
  : never;

/** The types of the views, and with SQL also of arbitrary other ones. */
type WithSql<T, Q, Any> = Q extends SqlDefinition ? T & Any : T;

/** The default retention of results. */
const DEFAULT_RETENTION = '30 days';

/**
 * Names a view.
 *
 * @param name letters, digits and `_`; it is used in URLs and in SQL
 * @param aggregated the result of `.aggregate(…)`
 * @example
 * ```ts
 * const pageViews = view('page_views', clicks.keyBy('page').window(tumbling('1 minute')).aggregate((a) => ({ views: a.count() })));
 * type PageViews = RowOf<typeof pageViews>; // { page: string; window_start: string; window_end: string; final: boolean; views: number }
 * ```
 */
export function view<const N extends string, K, R, S, const D extends Duration = Duration>(
  name: N,
  aggregated: Aggregated<K, R, S>,
  options: ViewOptions<D> = {},
): View<N, K, R, S> {
  return Object.freeze({ kind: 'view', name, definition: aggregated?.definition, options: Object.freeze({ ...options }) });
}

/**
 * Combines views into an application. `compile` checks it.
 *
 * @param name letters, digits, `_` and `-`; part of the names of tables and functions
 * @param options `views`; `sql`: streams and views in SQL, which can also read `views`; `retention`: how long results are kept,
 *   default `'30 days'`
 * @example
 * ```ts
 * export default application('shop', { views: [pageViews], retention: '30 days' });
 * ```
 */
export function application<
  const V extends readonly View[] = readonly [],
  const D extends Duration = Duration,
  Q extends SqlDefinition | undefined = undefined,
>(
  name: string,
  options: ApplicationOptions<V, D, Q>,
): Application<WithSql<TypesOf<V>, Q, ViewTypes>, WithSql<EventsOf<V>, Q, StreamTypes>> {
  const { views, sql, retention = DEFAULT_RETENTION } = options ?? {};
  const given = Array.isArray(views) ? Object.freeze([...views]) : sql !== undefined && views === undefined ? [] : (views as V);
  return Object.freeze({
    kind: 'application',
    name,
    views: given,
    ...(sql === undefined ? {} : { sql }),
    retention,
    given: Object.freeze(Object.keys(options ?? {})),
  });
}
