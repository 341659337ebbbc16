import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Duration } from '../core/duration.ts';
import type { CustomFormat, Format } from '../formats/format.ts';
import type { FormatName } from '../formats/named.ts';
import type { TimeUnit } from '../plan/event-time.ts';
import type { CheckedDuration } from './checked-duration.ts';
import {
  type CheckedDeclarations,
  type DeclarationOf,
  type EventOfColumns,
  keepDeclarations,
  type WrittenDeclarations,
} from './columns.ts';
import type { FlowDefinition, StreamDefinition } from './definition.ts';
import { Flow } from './flow.ts';
import type { ColumnsOf, Scalar } from './types.ts';

/** Gives an event's time: a number of milliseconds since 1970, ISO 8601 text, or a `Date`. */
export interface EventTimeFunction<T> {
  // biome-ignore lint/style/useShorthandFunctionType: an alias would be written out in the compiler's messages
  (event: T): string | number | Date;
}

/** Where an event's time is, and how it is written. */
export interface EventTimeColumn {
  /** a column, or names within one, put together by points: `'meta.sent.at'` */
  readonly column: string;
  /** what a number counts since 1970: seconds, milli-, micro- or nanoseconds; default `'ms'` */
  readonly unit?: TimeUnit;
  /** how a text is written, in PostgreSQL's letters: `'DD/Mon/YYYY:HH24:MI:SS TZHTZM'`; default ISO 8601 */
  readonly pattern?: string;
}

/**
 * How duplicates of producers are found.
 *
 * @typeParam T an event
 */
export interface DedupeOptions<T> {
  /** the column with an event's id: text or a whole number that differs for all events of a partition key */
  readonly by: ColumnsOf<T, string | number | bigint>['name'];
  /** how long an id is remembered, in event time: until the shard's watermark reaches the time of the id's first event plus this */
  readonly within: Duration;
  /** the maximum number of ids that a shard remembers; an event beyond it is a dead letter; default 1,000,000 */
  readonly maxIds?: number;
}

/**
 * The options of a stream except its columns. Each duration has a type parameter with its literal, so that it is checked separately.
 *
 * @typeParam T an event
 */
export interface StreamSettings<
  T,
  O extends Duration = Duration,
  A extends Duration = Duration,
  B extends Duration = Duration,
  I extends Duration = Duration,
> {
  /**
   * the column with an event's time: ISO 8601 text, a `Date`, or a number of milliseconds since 1970. Or where it is and how it is written,
   * `{ column: 'meta.ts', unit: 's' }`; or a function of the event: of both, the time is a column `event_time` for SQL. Without, an event's time is
   * when it reached the stream, and all windows go by that
   */
  readonly eventTime?: ColumnsOf<T, string | number | Date>['name'] | EventTimeColumn | EventTimeFunction<T>;
  /** how far an event's time may be behind the greatest event time so far without the event being late; default `'5 seconds'` */
  readonly maxOutOfOrderness?: CheckedDuration<O>;
  /** how far an event's time may be ahead of its arrival; beyond, the event is a dead letter; default `'1 day'` */
  readonly maxAhead?: CheckedDuration<A>;
  /**
   * how far a shard's watermark may be behind the arrival of its events, so that a device with a wrong clock does not hold back results; default
   * `'1 day'`. An older event is late where its windows have closed. To read history, set it as long as the history
   */
  readonly maxBehind?: CheckedDuration<B>;
  /** how long a shard may have no events before it is idle and no longer holds back results; default `'1 minute'` */
  readonly idleTimeout?: CheckedDuration<I>;
  /** the column that producers use as the records' partition key, if any */
  readonly partitionKey?: ColumnsOf<T, Scalar>['name'];
  /**
   * leaves out events that producers put again: an event is a duplicate if its partition key and its id are those of an event that was counted before.
   * It needs `partitionKey`, which is then checked: an event whose record has another partition key than the column says is a dead letter
   */
  readonly dedupe?: DedupeOptions<T>;
  /** `'kpl'` if producers use the Kinesis Producer Library's aggregation */
  readonly aggregation?: 'kpl';
  /**
   * how records' payloads become values: by name (`'ndjson'`, `'cloudwatch-logs'`, …), what `csv(…)`, `text(…)`, `avro(…)` or `protobuf(…)` give,
   * or a function of your own, `{ decode: (bytes) => values }`; default `'json'`
   */
  readonly format?: FormatName | Format | CustomFormat;
}

/** A stream whose events a schema validates. */
export interface SchemaStreamOptions<
  S extends StandardSchemaV1,
  O extends Duration = Duration,
  A extends Duration = Duration,
  B extends Duration = Duration,
  I extends Duration = Duration,
> extends StreamSettings<StandardSchemaV1.InferOutput<S>, O, A, B, I> {
  /** any synchronous Standard Schema validator (Zod, Valibot, ArkType, …) */
  readonly schema: S;
  /** the types of columns that the schema does not describe */
  readonly columns?: { readonly [P in keyof StandardSchemaV1.InferOutput<S> & string]?: DeclarationOf<StandardSchemaV1.InferOutput<S>[P]> };
}

/** A stream whose events are validated only by their columns' types. */
export interface ColumnStreamOptions<
  C,
  O extends Duration = Duration,
  A extends Duration = Duration,
  B extends Duration = Duration,
  I extends Duration = Duration,
> extends StreamSettings<EventOfColumns<C>, O, A, B, I> {
  readonly schema?: never;
  readonly columns: CheckedDeclarations<C>;
}

/** The options of a stream whose schema is `S`, or, without one, whose columns are `C`. */
type StreamOptions<S, C, O extends Duration, A extends Duration, B extends Duration, I extends Duration> = S extends StandardSchemaV1
  ? SchemaStreamOptions<S, O, A, B, I>
  : ColumnStreamOptions<C, O, A, B, I>;

/** An event as producers send it. */
type InputOf<S, C> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : EventOfColumns<C>;

/** An event as the schema leaves it. */
type OutputOf<S, C> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : EventOfColumns<C>;

declare const input: unique symbol;

/**
 * A named input.
 *
 * @typeParam I an event as producers send it
 * @typeParam T an event as the schema leaves it
 * @typeParam N its name
 */
export interface Stream<in out I, T, N extends string = string> extends Flow<T, { readonly [P in N]: I }> {
  readonly [input]?: I;
  readonly name: N;
}

/** An event of a stream as its functions see it. */
export type InferEvent<S extends { readonly definition: FlowDefinition }> = S extends Flow<infer T> ? T : never;

/**
 * Declares a named input whose events have columns.
 *
 * @param name letters, digits, `_`, `.`, `-`; the Kinesis stream can have another name
 * @param options `schema` or `columns`, `eventTime`, and bounds for disorder, clocks and idleness
 * @returns the stream, which can be filtered, mapped, keyed and windowed; `compile` checks it
 *
 * @example
 * ```ts
 * const clicks = stream('clicks', {
 *   schema: z.object({ page: z.string(), ms: z.number().nullable(), at: z.iso.datetime() }),
 *   eventTime: 'at',
 *   maxOutOfOrderness: '5 seconds',
 * });
 * const same = stream('clicks', { columns: { page: 'text', ms: 'double precision | null', at: 'timestamptz' }, eventTime: 'at' });
 * ```
 */
export function stream<
  const N extends string,
  S extends StandardSchemaV1 | undefined = undefined,
  const C extends WrittenDeclarations = WrittenDeclarations,
  const O extends Duration = Duration,
  const A extends Duration = Duration,
  const B extends Duration = Duration,
  const I extends Duration = Duration,
>(name: N, options: StreamOptions<S, C, O, A, B, I>): Stream<InputOf<S, C>, OutputOf<S, C>, N> {
  const given: Readonly<Record<string, unknown>> = typeof options === 'object' && options !== null ? { ...options } : {};
  const { schema, columns, eventTime, maxOutOfOrderness, maxAhead, maxBehind, idleTimeout, partitionKey, dedupe, aggregation, format } =
    given;
  const definition: StreamDefinition = Object.freeze({
    kind: 'stream',
    name,
    schema,
    columns: keepDeclarations(columns),
    eventTime,
    maxOutOfOrderness,
    maxAhead,
    maxBehind,
    idleTimeout,
    partitionKey,
    dedupe: typeof dedupe === 'object' && dedupe !== null ? Object.freeze({ ...dedupe }) : dedupe,
    aggregation,
    format,
    given: Object.freeze(Object.keys(given)),
  });
  return new NamedFlow(definition);
}

class NamedFlow<I, T, N extends string> extends Flow<T, { readonly [P in N]: I }> implements Stream<I, T, N> {
  readonly name: N;

  constructor(definition: StreamDefinition) {
    super({ stream: definition, transforms: [] });
    this.name = definition.name as N;
    Object.freeze(this);
  }
}
