import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Duration } from '../core/duration.ts';
import { type ColumnDeclarations, type DeclarationOf, type EventOfColumns, keepDeclarations } from './columns.ts';
import type { FlowDefinition, StreamDefinition } from './definition.ts';
import { Flow } from './flow.ts';
import type { ColumnOf, KeyColumn } from './types.ts';

/** What a stream is like besides its columns. */
export interface StreamSettings<T> {
  /**
   * the column with an event's time: ISO 8601 text, a `Date`, or a number of milliseconds since 1970; without, an event's time is when it reached
   * the stream, and all windows go by that
   */
  readonly eventTime?: ColumnOf<T, string | number | Date>;
  /** how far behind the latest event time others may still come and be in time; default `'5 seconds'` */
  readonly maxOutOfOrderness?: Duration;
  /** how far ahead of its arrival an event's time may be; beyond, it is a dead letter; default `'1 day'` */
  readonly maxAhead?: Duration;
  /**
   * how far the clock of a shard may be behind the arrival of its events, so that a device without the right time holds no results back; default
   * `'1 day'`. An event that is older than that is late in windows that end before it. To read history, give as much as it goes back
   */
  readonly maxBehind?: Duration;
  /** after how long without an event a shard counts as silent and is not waited for; default `'1 minute'` */
  readonly idleTimeout?: Duration;
  /** the column whose value producers use as the records' partition key, if they use one */
  readonly partitionKey?: KeyColumn<T>;
  /** `'kpl'` when producers use the Kinesis Producer Library's aggregation */
  readonly aggregation?: 'kpl';
}

/** A stream whose events a schema validates. */
export interface SchemaStreamOptions<S extends StandardSchemaV1> extends StreamSettings<StandardSchemaV1.InferOutput<S>> {
  /** any Standard Schema validator (Zod, Valibot, ArkType, …); it must be synchronous */
  readonly schema: S;
  /** column types the schema cannot tell, or a validator without JSON Schema output */
  readonly columns?: { readonly [P in keyof StandardSchemaV1.InferOutput<S> & string]?: DeclarationOf<StandardSchemaV1.InferOutput<S>[P]> };
}

/** A stream whose events are validated by their columns' types alone. */
export interface ColumnStreamOptions<C extends ColumnDeclarations> extends StreamSettings<EventOfColumns<C>> {
  readonly schema?: never;
  readonly columns: C;
}

declare const input: unique symbol;

/**
 * A named input.
 *
 * @typeParam I an event as producers send it
 * @typeParam T an event as the schema leaves it
 */
export interface Stream<in out I, T> extends Flow<T> {
  readonly [input]?: I;
  readonly name: string;
}

/** An event of a stream as its functions see it. */
export type InferEvent<S extends { readonly definition: FlowDefinition }> = S extends Flow<infer T> ? T : never;

/**
 * Declares a named input whose events have columns.
 *
 * @param name letters, digits, `_`, `.`, `-`; on Kinesis the stream may have another name
 * @param options `schema` or `columns`, `eventTime`, and how late, how far ahead and how quiet the stream may be
 * @returns the stream, to be filtered, mapped, keyed and windowed; nothing is checked before `compile`
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
export function stream<const C extends ColumnDeclarations>(
  name: string,
  options: ColumnStreamOptions<C>,
): Stream<EventOfColumns<C>, EventOfColumns<C>>;
export function stream<S extends StandardSchemaV1>(
  name: string,
  options: SchemaStreamOptions<S>,
): Stream<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>>;
export function stream(name: string, options: object): unknown {
  const given = (typeof options === 'object' && options !== null ? options : {}) as Record<string, unknown>;
  const { schema, columns, eventTime, maxOutOfOrderness, maxAhead, maxBehind, idleTimeout, partitionKey, aggregation } = given;
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
    aggregation,
    given: Object.freeze(Object.keys(given)),
  });
  return new NamedFlow(definition);
}

class NamedFlow extends Flow<never> implements Stream<never, never> {
  readonly name: string;

  constructor(definition: StreamDefinition) {
    super({ stream: definition, transforms: [] });
    this.name = definition.name as string;
    Object.freeze(this);
  }
}
