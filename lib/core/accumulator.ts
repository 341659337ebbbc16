import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Window } from './window.ts';

/** Where an event stands: ties in event time are broken by shard, then by its place in the shard. */
export interface Position {
  /** event time */
  readonly time: number;
  /** the number of the shard */
  readonly shard: number;
  /** how many events the task had taken before this one: the same whatever the batch cuts */
  readonly ordinal: number;
  /** which row of the event it is, where a view makes several of one */
  readonly part?: number;
}

/**
 * How values become one result, piece by piece: `add(a, e) = merge(a, add(create(), e))`, and merging is associative and
 * commutative, so that no cut of a stream into batches, shards or slices changes a result.
 *
 * @typeParam A the state that is kept, merged and stored
 * @typeParam Args what one event contributes
 * @typeParam R the result
 */
export interface Accumulator<A, Args extends readonly unknown[] = readonly unknown[], R = unknown> {
  /** A name that is part of the view's fingerprint, e.g. `sum` or `approx_quantile(0.95)`. */
  readonly name: string;
  /** What kind of state it keeps, where others keep the same and differ in their results only: a view stores it once. */
  readonly state?: string;
  /** The state of no events. */
  create(): A;
  /** Takes one event's values. May change `acc`; the caller goes on with what it returns. */
  add(acc: A, ...args: Args): A;
  /** Takes another state. May change `into`, never `from`; the caller goes on with what it returns. */
  merge(into: A, from: A): A;
  /**
   * The result so far; changes nothing.
   * @param window the pane's, where it has one: a rate is per second of it
   */
  result(acc: A, window?: Window): R;
  /** Writes the state, smallest form first. */
  write(acc: A, out: ByteWriter): void;
  /**
   * Reads what {@link write} wrote.
   * @throws MillraceError `corrupt` when the bytes cannot be such a state
   */
  read(input: ByteReader): A;
}
