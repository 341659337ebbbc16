import type { Position } from '../accumulator.ts';
import type { Row } from '../column.ts';
import { keyOf, transformed } from '../event-key.ts';
import type { Instant } from '../instant.ts';
import { latenessHorizon, spanOf } from '../lateness.ts';
import { type Adds, addsOf, type PaneWork, paneWork } from '../panes.ts';
import type { KeyWindowView } from '../view.ts';
import type { DeltaBuilder } from '../windowing.ts';
import type { Span } from '../windows/session.ts';
import { spanAt } from '../windows/spans.ts';
import type { KeySpan } from './span-codec.ts';
import type { UnalignedState } from './unaligned-state.ts';

const NONE: readonly Span[] = [];

/** What a batch adds to a view with unaligned windows, by span. */
export class SpanDeltaBuilder implements DeltaBuilder<readonly KeySpan[]> {
  readonly view: KeyWindowView;
  readonly #held: UnalignedState['spans'] | undefined;
  readonly #adds: Adds;
  readonly #panes: PaneWork;
  readonly #spans = new Map<string, Span[]>();

  /** @param held the view's state, which has the open sessions; it is not changed */
  constructor(view: KeyWindowView, held: UnalignedState | undefined) {
    this.view = view;
    this.#held = held?.spans;
    this.#adds = addsOf(view);
    this.#panes = paneWork(view);
  }

  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean {
    const { view } = this;
    const row = transformed(view, event);
    if (row === undefined) return true;
    const key = keyOf(view.key, row, position);
    const time = view.arrival ? arrival : position.time;
    const added = this.#spans.get(key);
    const bounds = spanOf(view.window, time, latenessHorizon(view, watermark), this.#held?.get(key) ?? NONE, added ?? NONE);
    if (!bounds) return false;
    const spans = added ?? [];
    if (!added) this.#spans.set(key, spans);
    const { pane } = spanAt(spans, bounds, this.#panes.create, this.#panes.merge);
    for (const { at, add } of this.#adds) pane[at] = add(pane[at], row, position);
    return true;
  }

  /** What was added, by key in the order in which they came, then by time. */
  finish(): readonly KeySpan[] {
    return Array.from(this.#spans, ([key, spans]) => spans.map((span) => ({ ...span, key }))).flat();
  }
}
