import type { Position } from './accumulator.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Codec } from './codec.ts';
import type { Row } from './column.ts';
import type { Instant } from './instant.ts';
import type { LateFrom } from './lateness.ts';
import type { ViewSpec } from './view.ts';

/**
 * How events are put into windows, for one family of window kinds: what a batch adds, what a task holds, and how both are stored. Everything
 * else (logs, commits, checkpoints, watermarks) is the same for every family. A new one is a folder beside `aligned` and `unaligned` and
 * a line in `window-kinds.ts`.
 *
 * @typeParam Delta what a batch adds to a view
 */
export interface Windowing<Delta = unknown> {
  /** What a task holds of the view before its first event. */
  create(): WindowState<Delta>;
  /** Begins what a batch adds. @param held the view's state in the task, if it has one; it is not changed */
  delta(held: WindowState<Delta> | undefined): DeltaBuilder<Delta>;
  /** how what a batch adds is stored in an entry */
  readonly deltas: Codec<Delta>;
  /**
   * Reads a part of a state, as {@link WindowState.parts} wrote it, and adds it to the state it is then given.
   *
   * @throws MillraceError `corrupt`, before anything is added
   */
  decodePart(input: ByteReader): (into: WindowState<Delta>) => void;
  /** Whether windows have the same bounds for every key. */
  readonly isAligned: boolean;
  /** The windows of an event that is alone with its key, each with the watermark from which on the event is late for it. */
  lateFrom(time: Instant): readonly LateFrom[];
  /** The first watermark above one at which a window of the view can close. */
  nextClose(watermark: Instant): Instant;
  /** The first watermark at which a window that ends at an instant is final in a task. */
  finalEnd(end: Instant): Instant;
}

/** What a batch adds to one view, before it is decided that the batch will be committed. */
export interface DeltaBuilder<Delta = unknown> {
  readonly view: ViewSpec;
  /** Says why events that are taken together, or not at all, cannot be, if the view has a bound that they would go beyond. */
  refusal?(events: readonly Row[], position: Position): string | undefined;
  /**
   * Adds one event.
   *
   * @param watermark the task's, the event included
   * @param arrival when it reached the stream
   * @returns whether every window the event falls in could count it; if not, it is late
   * @throws whatever a user's function throws; the builder is then not to be used any more
   */
  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean;
  finish(): Delta;
}

/** What a task holds of one view. */
export interface WindowState<Delta = unknown> {
  readonly isEmpty: boolean;
  /** about the bytes it takes in memory */
  readonly memory: number;
  /** how many keys it holds, for views that bound them */
  readonly boundedKeys?: number;
  /** Takes what a batch added; the state owns it from then on. */
  add(delta: Delta, touch: Touch): void;
  /** Evicts what ends up to a boundary: it was merged. */
  evict(boundary: Instant, touch: Touch): void;
  /** Whether it holds what is closed at a watermark, so that it can be evicted as soon as it is merged. */
  holdsClosed(watermark: Instant): boolean;
  /** Whether it holds what a boundary does not cover and time will close. */
  holdsBeyond(boundary: Instant): boolean;
  /** How it is written, in parts of which each belongs to one bucket of a checkpoint. @param bucketOf `undefined`: a key that is not to be written */
  parts(bucketOf: (key: string) => number | undefined): Iterable<StatePart>;
}

/** A part of a state. */
export interface StatePart {
  readonly bucket: number;
  readonly write: (out: ByteWriter) => void;
}

/** Is told that what is held of a key has changed, so that the bucket it is in must be written anew. */
export type Touch = (key: string) => void;

/** Values by key, for each bucket that is to be written. */
export function byBucket<T>(values: ReadonlyMap<string, T>, bucketOf: (key: string) => number | undefined): Map<number, [string, T][]> {
  const parts = new Map<number, [string, T][]>();
  for (const [key, value] of values) {
    const bucket = bucketOf(key);
    if (bucket === undefined) continue;
    const part = parts.get(bucket);
    if (part) part.push([key, value]);
    else parts.set(bucket, [[key, value]]);
  }
  return parts;
}
