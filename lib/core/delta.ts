import type { Position } from './accumulator.ts';
import { keptElsewhere } from './accumulators/kept-elsewhere.ts';
import type { Row } from './column.ts';
import type { CellDelta } from './entry.ts';
import type { Instant } from './instant.ts';
import { encodeKey } from './key.ts';
import type { KeyPlan, ViewSpec } from './view.ts';
import { isClosed } from './watermark.ts';
import { firstWindowEnd, lastWindowEnd, nextWindowEnd, sliceLength, sliceStart } from './window.ts';

interface Cell {
  readonly start: Instant;
  readonly fromEnd: Instant;
  readonly panes: Map<string, unknown[]>;
}

/** What a batch adds to one view, pane by pane, before it is decided that the batch will be committed. */
export class ViewDeltaBuilder {
  readonly view: ViewSpec;
  readonly #slice: number;
  readonly #adds: readonly { readonly at: number; readonly add: ViewSpec['aggregates'][number]['add'] }[];
  readonly #cells = new Map<Instant, Cell[]>();
  #last: Cell | undefined;

  constructor(view: ViewSpec) {
    this.view = view;
    this.#slice = sliceLength(view.window);
    this.#adds = view.aggregates.flatMap(({ accumulator, add }, at) => (accumulator === keptElsewhere ? [] : [{ at, add }]));
  }

  /**
   * Adds one event.
   *
   * @param watermark the task's, the event included
   * @param arrival when it reached the stream
   * @returns whether every window the event falls in could count it
   * @throws whatever a user's function throws; the builder is then not to be used any more
   */
  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    const { view } = this;
    let row: Row | undefined = event;
    for (const transform of view.transforms) {
      row = transform(row);
      if (row === undefined) return true;
    }
    const key = keyOf(view.key, row, position);
    const start = sliceStart(view.window, view.arrival ? arrival : position.time, this.#slice);
    let fromEnd = firstWindowEnd(view.window, start);
    let counted = true;
    if (isClosed(fromEnd, view.allowedLateness, watermark)) {
      counted = false;
      const lastEnd = lastWindowEnd(view.window, start);
      while (fromEnd <= lastEnd && isClosed(fromEnd, view.allowedLateness, watermark)) fromEnd = nextWindowEnd(view.window, fromEnd);
      if (fromEnd > lastEnd) return false;
    }
    const pane = this.#pane(start, fromEnd, key);
    for (const { at, add } of this.#adds) pane[at] = add(pane[at], row, position);
    return counted;
  }

  /** What was added, in a stable order of cells. */
  finish(): CellDelta[] {
    const cells = [...this.#cells.values()].flat().sort((a, b) => a.start - b.start || a.fromEnd - b.fromEnd);
    return cells.map(({ start, fromEnd, panes }) => ({
      start,
      fromEnd,
      keys: [...panes.keys()],
      panes: [...panes.values()],
    }));
  }

  #pane(start: Instant, fromEnd: Instant, key: string): unknown[] {
    let cell = this.#last;
    if (cell?.start !== start || cell.fromEnd !== fromEnd) {
      cell = this.#cell(start, fromEnd);
      this.#last = cell;
    }
    let pane = cell.panes.get(key);
    if (pane === undefined) {
      // Of its exact length: an array that grows takes room for seventeen states, and there is one per key and batch.
      pane = this.view.aggregates.map(createState);
      cell.panes.set(key, pane);
    }
    return pane;
  }

  #cell(start: Instant, fromEnd: Instant): Cell {
    const cells = this.#cells.get(start) ?? [];
    if (cells.length === 0) this.#cells.set(start, cells);
    let cell = cells.find((c) => c.fromEnd === fromEnd);
    if (!cell) {
      cell = { start, fromEnd, panes: new Map() };
      cells.push(cell);
    }
    return cell;
  }
}

function createState({ accumulator }: ViewSpec['aggregates'][number]): unknown {
  return accumulator.create();
}

/**
 * An event's key in a view.
 *
 * @throws RangeError when a part cannot be a key: no JSON scalar, a lone surrogate, or a whole number that JSON has already rounded
 */
export function keyOf(parts: readonly KeyPlan[], row: Row, position: Position): string {
  if (parts.length === 1) {
    const part = parts[0] as KeyPlan;
    const value = part.value(row, position);
    if (typeof value === 'string' && value.isWellFormed() && value.charCodeAt(0) !== 0) return value;
    return encodeKey([keyValue(part, value)]);
  }
  return encodeKey(parts.map((part) => keyValue(part, part.value(row, position))));
}

function keyValue(part: KeyPlan, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'string') {
    if (value.isWellFormed()) return value;
    throw new RangeError(`key "${part.name}" holds a lone surrogate, which no text in UTF-8 can hold`);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
    throw new RangeError(`key "${part.name}" is a whole number beyond 2^53, where doubles are rounded: make it a BigInt, or text`);
  }
  throw new RangeError(`key "${part.name}" is ${typeof value === 'number' ? value : `a ${typeof value}`}, which cannot be a key`);
}
