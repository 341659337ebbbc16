import type { Duration } from '../core/duration.ts';
import type { Aggregate, Aggregates, ResultsOf } from './aggregate.ts';
import type { CheckedDuration } from './checked-duration.ts';
import { type ColumnDeclaration, type DeclarationOf, keepDeclarations, type ValueOf } from './columns.ts';
import type { AggregatedDefinition, FlowDefinition, TransformDefinition } from './definition.ts';
import type { Listed, MillraceTypeError } from './type-error.ts';
import type { ColumnsOf, ReservedName, ResultValue, Same, Scalar, Simplify } from './types.ts';
import type { GlobalWindowDefinition, WindowDefinition } from './window.ts';

/** The declared columns of a map; columns that keep their name and type need no declaration. */
type MapColumns<T, R> = { readonly [P in Exclude<keyof R & string, KeptColumn<T, R>>]: DeclarationOf<R[P]> } & {
  readonly [P in KeptColumn<T, R>]?: DeclarationOf<R[P]>;
};
type KeptColumn<T, R> = { [P in keyof R & string]: P extends keyof T ? (Same<T[P], R[P]> extends true ? P : never) : never }[keyof R &
  string];
type MapOptions<T, R> =
  Record<never, never> extends MapColumns<T, R>
    ? [options?: { readonly columns?: MapColumns<T, R> }]
    : [options: { readonly columns: MapColumns<T, R> }];

interface KeyValues {
  text: string;
  bigint: number;
  'double precision': number;
  boolean: boolean;
  timestamptz: string | Date;
}

/** A part of a key that is computed from an event. */
export type KeyExpression<T> = {
  [C in keyof KeyValues]:
    | { readonly type: C; readonly value: (event: Readonly<T>) => KeyValues[C] }
    | { readonly type: `${C} | null`; readonly value: (event: Readonly<T>) => KeyValues[C] | null | undefined };
}[keyof KeyValues];

/** Computed parts of a key, by name. */
export type KeyExpressions<T> = { readonly [name: string]: KeyExpression<T> };

/** Parts of a key: names of columns, and computed parts. */
export type KeyParts<T> = readonly (string | KeyExpressions<T>)[];

/** Parts of a key whose names are columns that can be in one. */
type CheckedParts<T, P> = { readonly [I in keyof P]: P[I] extends string ? CheckedColumn<T, P[I]> : P[I] };
type CheckedColumn<T, N extends string> = N extends ColumnsOf<T, Scalar>['name']
  ? N
  : MillraceTypeError<`${N extends keyof T
      ? `column "${N}" cannot be in a key: it is no text, number, truth value or time`
      : `there is no column "${N}"`}; those that can be in a key are ${Listed<ColumnsOf<T, Scalar>['name']>}`>;

type KeyRow<T, P extends KeyParts<T>> = { [N in Extract<P[number], keyof T>]: ResultValue<T[N]> } & ExpressionRow<
  Extract<P[number], KeyExpressions<T>>
>;
type ExpressionRow<X> = {
  -readonly [N in X extends unknown ? keyof X : never]: X extends {
    readonly [M in N]: { readonly type: infer C extends ColumnDeclaration };
  }
    ? ValueOf<C>
    : never;
};

declare const source: unique symbol;

/**
 * A flow of events to a view. It is immutable: every method returns a new one.
 *
 * @typeParam T an event
 * @typeParam S what producers send, by the name of the stream
 */
export class Flow<T, out S = unknown> {
  declare readonly [source]?: S;
  readonly definition: FlowDefinition;

  /** @internal made by `stream` */
  constructor(definition: FlowDefinition) {
    this.definition = Object.freeze({ ...definition, transforms: Object.freeze([...definition.transforms]) });
  }

  /**
   * Keeps the events for which a predicate holds. The others still advance the watermark.
   *
   * @param predicate synchronous, without side effects; must not change the event
   * @example
   * ```ts
   * clicks.filter((e) => e.page !== '/health');
   * ```
   */
  filter(predicate: (event: Readonly<T>) => boolean): Flow<T, S> {
    return withTransform(this.definition, { kind: 'filter', predicate });
  }

  /**
   * Replaces each event by another one. The event time does not change.
   *
   * @param map synchronous, without side effects; returns a new object
   * @param options `columns`: the types of columns that are new or have another type
   * @example
   * ```ts
   * clicks.map((e) => ({ page: e.page, seconds: (e.ms ?? 0) / 1000 }), { columns: { seconds: 'double precision' } });
   * ```
   */
  map<R extends object>(map: (event: Readonly<T>) => R, ...[options]: MapOptions<T, R>): Flow<R, S> {
    return withTransform(this.definition, { kind: 'map', map, columns: keepDeclarations(options?.columns) });
  }

  /**
   * Makes several events of each, or none: an order's items, a batch's measurements. Each has the event time of the one it is made of, and
   * that one is late or dead as a whole.
   *
   * @param map synchronous, without side effects; gives an array of new objects
   * @param options as those of {@link map}
   * @example
   * ```ts
   * orders.flatMap((e) => e.items.map(({ sku, n }) => ({ sku, n })), { columns: { sku: 'text', n: 'bigint' } });
   * ```
   */
  flatMap<R extends object>(map: (event: Readonly<T>) => readonly R[], ...[options]: MapOptions<T, R>): Flow<R> {
    return withTransform(this.definition, { kind: 'flatMap', map, columns: keepDeclarations(options?.columns) });
  }

  /**
   * Splits the events by a key: columns by name, and named expressions with their types.
   *
   * @example
   * ```ts
   * clicks.keyBy('page');
   * clicks.keyBy('page', { hour: { type: 'bigint', value: (e) => new Date(e.at).getUTCHours() } });
   * ```
   */
  keyBy<const P extends KeyParts<T>>(...parts: P & CheckedParts<T, P>): Keyed<T, Simplify<KeyRow<T, P>>, S> {
    return new Keyed(this.definition, Object.freeze([...parts]));
  }

  /** Windows over all events, without a key. */
  window<D extends WindowDefinition, const L extends Duration = Duration>(
    window: D,
    options: WindowedOptions<L> = {},
  ): // biome-ignore lint/complexity/noBannedTypes: {} is the row of no key
  Windowed<T, {}, WindowColumns<D>, S> {
    return new Windowed(this.definition, Object.freeze([]), window, options);
  }
}

function withTransform<R, S>({ stream, transforms }: FlowDefinition, transform: TransformDefinition): Flow<R, S> {
  return Object.freeze(new Flow<R, S>({ stream, transforms: [...transforms, Object.freeze(transform)] }));
}

/** Events split by a key. */
export class Keyed<T, K, out S = unknown> {
  declare readonly [source]?: S;
  readonly #flow: FlowDefinition;
  readonly #key: readonly unknown[];

  /** @internal made by `keyBy` */
  constructor(flow: FlowDefinition, key: readonly unknown[]) {
    this.#flow = flow;
    this.#key = key;
    Object.freeze(this);
  }

  /**
   * Assigns events to windows.
   *
   * @param window `tumbling(…)`, `hopping(…)`, `cumulate(…)`, `calendar(…)`, `session(…)`, `stagger(…)` or `global()`
   * @param options `allowedLateness`: how long after its end a window still accepts events; `time`: event or arrival time; `maxKeys`: the maximum number of keys of a global window
   */
  window<D extends WindowDefinition, const L extends Duration = Duration>(
    window: D,
    options: WindowedOptions<L> = {},
  ): Windowed<T, K, WindowColumns<D>, S> {
    return new Windowed(this.#flow, this.#key, window, options);
  }
}

/** The options of `window`. */
export interface WindowedOptions<L extends Duration = Duration> {
  /** how long after its end, in event time, a window still accepts events; default 0 */
  readonly allowedLateness?: CheckedDuration<L>;
  /** the time that assigns events to windows: event time, or arrival time, by which no event is late; default `'event'`, for a stream without event time `'arrival'` */
  readonly time?: 'event' | 'arrival';
  /**
   * with `global()`: the maximum number of keys per shard, which are kept for ever; default 100,000. An event beyond it is a dead letter, which can
   * be replayed after this is raised; raising it needs no new state
   */
  readonly maxKeys?: number;
}

/** The columns that a window adds to each row. */
export type WindowColumns<D extends WindowDefinition> = D extends GlobalWindowDefinition
  ? // biome-ignore lint/complexity/noBannedTypes: {} is what a window of all time adds
    {}
  : { window_start: string; window_end: string };

/** Result columns with names that rows do not have yet. */
type CheckedResults<T, K, A> = {
  readonly [P in keyof A]: P extends keyof K & string
    ? MillraceTypeError<`"${P}" is a column of the key: choose another name`>
    : P extends ReservedName
      ? MillraceTypeError<`"${P}" is reserved, every row has it: choose another name`>
      : A[P] extends Aggregate<T, unknown, unknown, keyof T & string>
        ? A[P]
        : Aggregate<T, unknown, unknown, keyof T & string>;
};

declare const windowColumns: unique symbol;

/** Events split by key and window. */
export class Windowed<T, K, W = { window_start: string; window_end: string }, out S = unknown> {
  declare readonly [source]?: S;
  declare readonly [windowColumns]?: W;
  readonly #flow: FlowDefinition;
  readonly #key: readonly unknown[];
  readonly #window: WindowDefinition;
  readonly #options: object;

  /** @internal made by `window` */
  constructor(flow: FlowDefinition, key: readonly unknown[], window: WindowDefinition, options: object) {
    this.#flow = flow;
    this.#key = key;
    this.#window = window;
    this.#options = Object.freeze({ ...options });
    Object.freeze(this);
  }

  /**
   * Aggregates the events of each key and window.
   *
   * @param build returns the result columns by name; its argument has the built-in aggregates
   * @example
   * ```ts
   * windowed.aggregate((a) => ({ views: a.count(), avg_ms: a.avg('ms'), slow: a.filter((e) => (e.ms ?? 0) > 1000, a.count()) }));
   * ```
   */
  aggregate<const A>(
    build: (a: Aggregates<T>) => CheckedResults<T, K, A>,
  ): Aggregated<K, Simplify<K & W & { final: boolean } & ResultsOf<T, A>>, S> {
    return new Aggregated({ ...this.#flow, key: this.#key, window: this.#window, options: this.#options, build });
  }
}

declare const row: unique symbol;
declare const key: unique symbol;

/** A view without a name. */
export class Aggregated<out K, out R, out S = unknown> {
  declare readonly [source]?: S;
  declare readonly [key]?: K;
  declare readonly [row]?: R;
  readonly definition: AggregatedDefinition;

  /** @internal made by `aggregate` */
  constructor(definition: AggregatedDefinition) {
    this.definition = Object.freeze(definition);
    Object.freeze(this);
  }
}
