import type { Position } from '../accumulator.ts';
import type { Row } from '../column.ts';
import { keyOf, transformed } from '../event-key.ts';
import type { Instant } from '../instant.ts';
import type { TimeWindowView } from '../view.ts';
import type { DeltaBuilder } from '../windowing.ts';
import type { CellDelta } from './cell.ts';
import { CellDeltaBuilder } from './cell-delta.ts';

/** What a batch adds to a view with a limit on its keys. */
export class BoundedDeltaBuilder implements DeltaBuilder<readonly CellDelta[]> {
  readonly view: TimeWindowView;
  readonly #maxKeys: number;
  readonly #held: ReadonlyMap<string, unknown>;
  /** keys of this batch that the task does not hold */
  readonly #fresh = new Set<string>();
  readonly #cells: CellDeltaBuilder;
  /** what {@link refusal} computed for the event that is added next */
  #looked: { readonly event: Row; readonly row: Row | undefined; readonly key: string } | undefined;

  /** @param held the keys the task holds */
  constructor(view: TimeWindowView, maxKeys: number, held: ReadonlyMap<string, unknown> = new Map()) {
    this.view = view;
    this.#maxKeys = maxKeys;
    this.#held = held;
    this.#cells = new CellDeltaBuilder(view);
  }

  /**
   * Returns why events cannot be added together: the task would exceed its limit of keys.
   *
   * @throws any error of a user's function; nothing is changed then
   */
  refusal(events: readonly Row[], position: Position): string | undefined {
    const fresh = new Set<string>();
    for (const event of events) {
      const { row, key } = this.#look(event, position);
      if (row !== undefined && !this.#held.has(key) && !this.#fresh.has(key)) fresh.add(key);
    }
    if (fresh.size === 0 || this.#held.size + this.#fresh.size + fresh.size <= this.#maxKeys) return undefined;
    return `view "${this.view.name}" holds ${this.#maxKeys} keys in this shard, which is its max_keys, and this event has a new one`;
  }

  /** Adds one event; as that of {@link CellDeltaBuilder}. */
  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    const { row, key } = this.#look(event, position);
    if (row === undefined) return true;
    if (!this.#held.has(key)) this.#fresh.add(key);
    return this.#cells.addTo(key, row, position, watermark, arrival);
  }

  finish(): readonly CellDelta[] {
    return this.#cells.finish();
  }

  #look(event: Row, position: Position): { readonly row: Row | undefined; readonly key: string } {
    if (this.#looked?.event === event) return this.#looked;
    const row = transformed(this.view, event);
    this.#looked = { event, row, key: row === undefined ? '' : keyOf(this.view.key, row, position) };
    return this.#looked;
  }
}
