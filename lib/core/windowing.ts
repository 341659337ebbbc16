import type { Position } from './accumulator.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Codec } from './codec.ts';
import type { Row } from './column.ts';
import type { Instant } from './instant.ts';
import type { LateFrom } from './lateness.ts';
import type { ViewSpec } from './view.ts';

/**
 * How events are assigned to windows, for one family of window kinds: what a batch adds, a task's state, and how both are stored. Everything
 * else (logs, commits, checkpoints, watermarks) is the same for every family. A new one is a folder beside `aligned` and `unaligned` and
 * a line in `window-kinds.ts`.
 *
 * @typeParam Delta what a batch adds to a view
 */
export interface Windowing<Delta = unknown> {
  /** Creates a task's state of the view before its first event. */
  create(): WindowState<Delta>;
  /** Starts the delta of a batch. @param held the view's state in the task, if it has one; it is not changed */
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
  /** The windows of an event that is the only one of its key, each with the watermark from which the event is late for it. */
  lateFrom(time: Instant): readonly LateFrom[];
  /** The first watermark above one at which a window of the view can close. */
  nextClose(watermark: Instant): Instant;
  /** The first watermark at which a window that ends at an instant is final in a task. */
  finalEnd(end: Instant): Instant;
}

/** What a batch adds to one view, before the commit is decided. */
export interface DeltaBuilder<Delta = unknown> {
  readonly view: ViewSpec;
  /** Returns why events that are added all or none would exceed a limit of the view; `undefined` if they do not. */
  refusal?(events: readonly Row[], position: Position): string | undefined;
  /**
   * Adds one event.
   *
   * @param watermark the task's, the event included
   * @param arrival when it reached the stream
   * @returns whether every window the event falls in could count it; if not, it is late
   * @throws any error of a user's function; the builder must not be used after it
   */
  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean;
  finish(): Delta;
}

/** A task's state of one view. */
export interface WindowState<Delta = unknown> {
  readonly isEmpty: boolean;
  /** about the bytes it takes in memory */
  readonly memory: number;
  /** how many keys it holds, for views that bound them */
  readonly boundedKeys?: number;
  /** Adds the delta of a batch; the state owns it from then on. */
  add(delta: Delta, touch: Touch): void;
  /** Evicts merged panes that end up to a boundary. */
  evict(boundary: Instant, touch: Touch): void;
  /** Whether it holds panes that are closed at a watermark, which can be evicted as soon as they are merged. */
  holdsClosed(watermark: Instant): boolean;
  /** Whether it holds panes that a boundary does not cover and that will close with time. */
  holdsBeyond(boundary: Instant): boolean;
  /** Its stored form, in one part per bucket of a checkpoint. @param bucketOf `undefined`: the key is not written */
  parts(bucketOf: (key: string) => number | undefined): Iterable<StatePart>;
}

/** A part of a state. */
export interface StatePart {
  readonly bucket: number;
  readonly write: (out: ByteWriter) => void;
}

/** Called when the state of a key has changed, so that its bucket must be written again. */
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
