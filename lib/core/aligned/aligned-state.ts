import type { Instant } from '../instant.ts';
import { isClosed } from '../lateness.ts';
import { memoryOf } from '../pane-memory.ts';
import { type MergePane, paneWork } from '../panes.ts';
import type { TimeWindowView } from '../view.ts';
import { GLOBAL_SLICE, lastWindowEnd } from '../window.ts';
import { byBucket, type StatePart, type Touch, type WindowState } from '../windowing.ts';
import { type CellDelta, type Cells, cellAt, cellCodec } from './cell.ts';

/** A task's state of a view with aligned windows: its slices. */
export class AlignedState implements WindowState<readonly CellDelta[]> {
  readonly cells: Cells = new Map();
  readonly #view: TimeWindowView;
  readonly #merge: MergePane;

  constructor(view: TimeWindowView) {
    this.#view = view;
    this.#merge = paneWork(view).merge;
  }

  get isEmpty(): boolean {
    return this.cells.size === 0;
  }

  get memory(): number {
    let bytes = 0;
    for (const atStart of this.cells.values()) for (const { panes } of atStart) bytes += memoryOf(panes);
    return bytes;
  }

  get boundedKeys(): number {
    return this.keysOfAllTime?.size ?? 0;
  }

  /** The keys of a view with a global window; `undefined` if there are none yet. */
  get keysOfAllTime(): ReadonlyMap<string, unknown> | undefined {
    return this.cells.get(GLOBAL_SLICE)?.[0]?.panes;
  }

  add(delta: readonly CellDelta[], touch: Touch): void {
    for (const { start, fromEnd, keys, panes } of delta) {
      const cell = cellAt(this.cells, start, fromEnd);
      for (let j = 0; j < keys.length; j++) {
        const key = keys[j] as string;
        touch(key);
        const pane = cell.panes.get(key);
        if (pane === undefined) cell.panes.set(key, panes[j] as unknown[]);
        else this.#merge(pane, panes[j] as unknown[]);
      }
    }
  }

  /** Slices whose windows were all merged. */
  evict(boundary: Instant, touch: Touch): void {
    for (const [start, cells] of this.cells) {
      if (!this.#isClosed(start, boundary)) continue;
      for (const cell of cells) for (const key of cell.panes.keys()) touch(key);
      this.cells.delete(start);
    }
  }

  holdsClosed(watermark: Instant): boolean {
    return this.cells.keys().some((start) => this.#isClosed(start, watermark));
  }

  holdsBeyond(boundary: Instant): boolean {
    // A window that never closes does not wait for time.
    return this.cells.keys().some((start) => Number.isFinite(lastWindowEnd(this.#view.window, start)) && !this.#isClosed(start, boundary));
  }

  *parts(bucketOf: (key: string) => number | undefined): Generator<StatePart> {
    const codec = cellCodec(this.#view);
    for (const { start, fromEnd, panes } of [...this.cells.values()].flat()) {
      for (const [bucket, part] of byBucket(panes, bucketOf)) {
        const cell = { start, fromEnd, keys: part.map(([key]) => key), panes: part.map(([, pane]) => pane) };
        yield { bucket, write: (out) => codec.write(cell, out) };
      }
    }
  }

  #isClosed(start: Instant, watermark: Instant): boolean {
    return isClosed(lastWindowEnd(this.#view.window, start), this.#view.allowedLateness, watermark);
  }
}
