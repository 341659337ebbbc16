import type { Position } from './accumulator.ts';
import type { Row } from './column.ts';
import { CellDeltaBuilder } from './delta.ts';
import type { ViewDelta } from './entry.ts';
import type { Instant } from './instant.ts';
import { SpanDeltaBuilder } from './span-delta.ts';
import type { ViewState } from './state.ts';
import { hasKeyWindows, timed, type ViewSpec } from './view.ts';

/** What a batch adds to one view, before it is decided that the batch will be committed. */
export interface DeltaBuilder {
  readonly view: ViewSpec;
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
  return new CellDeltaBuilder(timed(view));
}
