import type { Position } from './accumulator.ts';
import { BoundedDeltaBuilder } from './bounded-delta.ts';
import type { Row } from './column.ts';
import { CellDeltaBuilder } from './delta.ts';
import type { ViewDelta } from './entry.ts';
import type { Instant } from './instant.ts';
import { SpanDeltaBuilder } from './span-delta.ts';
import { heldKeys, type ViewState } from './state.ts';
import { hasKeyWindows, timed, type ViewSpec } from './view.ts';

/** What a batch adds to one view, before it is decided that the batch will be committed. */
export interface DeltaBuilder {
  readonly view: ViewSpec;
  /** Says why an event cannot be taken, if the view has a bound that it would go beyond. */
  refusal?(event: Row, position: Position): string | undefined;
  /** Adds one event; says whether every window it falls in could count it. */
  add(event: Row, position: Position, watermark: Instant, arrival: Instant): boolean;
  finish(): Pick<ViewDelta, 'cells' | 'spans'>;
}

/**
 * Begins a batch's delta.
 *
 * @param held the view's state in the task, if it has one; it is not changed
 */
export function deltaBuilder(view: ViewSpec, held?: ViewState): DeltaBuilder {
  if (hasKeyWindows(view)) return new SpanDeltaBuilder(view, held);
  return view.maxKeys === undefined
    ? new CellDeltaBuilder(timed(view))
    : new BoundedDeltaBuilder(timed(view), view.maxKeys, held && heldKeys(held));
}
