import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Window } from './window.ts';

/** The position of an event: ties in event time are broken by shard, then by position in the shard. */
export interface Position {
  /** event time */
  readonly time: number;
  /** the number of the shard */
  readonly shard: number;
  /** the number of events that the task processed before this one; it does not depend on batches */
  readonly ordinal: number;
  /** the number of the row, if a view makes several rows of an event */
  readonly part?: number;
}

/**
 * An incremental aggregate: `add(a, e) = merge(a, add(create(), e))`, and merging is associative and
 * commutative, so that results do not depend on how a stream is divided into batches, shards or slices.
 *
 * @typeParam A the state that is kept, merged and stored
 * @typeParam Args what one event contributes
 * @typeParam R the result
 */
export interface Accumulator<A, Args extends readonly unknown[] = readonly unknown[], R = unknown> {
  /** A name that is part of the view's fingerprint, e.g. `sum` or `approx_quantile(0.95)`. */
  readonly name: string;
  /** The kind of its state, if accumulators with different results share it: a view stores such a state once. */
  readonly state?: string;
  /** The state of no events. */
  create(): A;
  /** Adds one event's values. May change `acc`; the caller continues with the returned state. */
  add(acc: A, ...args: Args): A;
  /** Adds another state. May change `into` but not `from`; the caller continues with the returned state. */
  merge(into: A, from: A): A;
  /**
   * The current result; does not change the state.
   * @param window the pane's window, if it has one: a rate is per second of the window
   */
  result(acc: A, window?: Window): R;
  /** Writes the state, smallest form first. */
  write(acc: A, out: ByteWriter): void;
  /**
   * Reads what {@link write} wrote.
   * @throws MillraceError `corrupt` if the bytes are not a valid state
   */
  read(input: ByteReader): A;
}
