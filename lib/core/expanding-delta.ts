import type { Position } from './accumulator.ts';
import type { Row } from './column.ts';
import type { Instant } from './instant.ts';
import type { ViewSpec } from './view.ts';
import type { DeltaBuilder } from './windowing.ts';

/**
 * What a batch adds to a view that makes several rows of an event: each row is added like an event of the same time. Otherwise, they count
 * as one event: it is late or dead as a whole, and never counted in part.
 */
export class ExpandingDeltaBuilder<Delta> implements DeltaBuilder<Delta> {
  readonly view: ViewSpec;
  readonly refusal?: (events: readonly Row[], position: Position) => string | undefined;
  readonly #expand: (event: Row) => readonly Row[];
  readonly #parts: DeltaBuilder<Delta>;
  /** the rows of the event that is added next, if they were already computed */
  #expanded: { readonly event: Row; readonly rows: readonly Row[] } | undefined;

  constructor(view: ViewSpec, expand: (event: Row) => readonly Row[], parts: DeltaBuilder<Delta>) {
    this.view = view;
    this.#expand = expand;
    this.#parts = parts;
    if (parts.refusal) this.refusal = (events, position) => this.#refusal(events, position);
  }

  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    let counted = true;
    for (const [part, row] of this.#rows(event).entries()) {
      if (!this.#parts.add(row, { ...position, part }, watermark, arrival)) counted = false;
    }
    return counted;
  }

  finish(): Delta {
    return this.#parts.finish();
  }

  #refusal(events: readonly Row[], position: Position): string | undefined {
    const rows = events.flatMap((event) => this.#rows(event));
    return this.#parts.refusal?.(rows, position);
  }

  #rows(event: Row): readonly Row[] {
    if (this.#expanded?.event !== event) this.#expanded = { event, rows: this.#expand(event) };
    return this.#expanded.rows;
  }
}
