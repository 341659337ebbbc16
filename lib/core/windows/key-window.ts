import type { Instant } from '../instant.ts';
import { BOUNDARIES, GRIDS_PER_START, LEAST_GRID } from '../stored.ts';
import type { Window } from '../window.ts';
import type { KeyWindowSpec } from './key-window-spec.ts';
import type { Span } from './session.ts';

/** A key's window and the spans it is made of. */
export interface KeyWindow {
  readonly window: Window;
  readonly spans: readonly Span[];
}

/** The place in which a final window is stored, together with others that started and ended at about the same time. */
export type WindowCell = Window;

/**
 * A key's windows, by start, combined from the spans of all tasks. The order of the spans does not matter.
 *
 * Sessions are runs of overlapping spans. Each stagger window opens at the earliest span after the previous window.
 */
export function windowsOfSpans(spec: KeyWindowSpec, spans: readonly Span[]): KeyWindow[] {
  const ordered = spans.toSorted((a, b) => a.reach - b.reach || a.end - b.end || a.start - b.start);
  const windows: KeyWindow[] = [];
  let of: Span[] = [];
  let start = Number.NEGATIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const span of ordered) {
    const goesOn = of.length > 0 && (spec.kind === 'session' ? span.reach <= end : span.start < end);
    if (goesOn) {
      start = Math.min(start, span.start);
      if (spec.kind === 'session') end = Math.max(end, span.end);
      of.push(span);
    } else {
      if (of.length > 0) windows.push({ window: { start, end }, spans: of });
      of = [span];
      start = span.start;
      end = spec.kind === 'session' ? span.end : span.start + spec.size;
    }
  }
  if (of.length > 0) windows.push({ window: { start, end }, spans: of });
  return windows;
}

/** The last instant at which an event would still change a window: an event exactly at a session's end extends it. */
function lastInstant(spec: KeyWindowSpec, { end }: Window): Instant {
  return spec.kind === 'session' ? end : end - 1;
}

/** Whether no event that is not late can change a window: every task's floor is behind its last instant. */
export function isOver(spec: KeyWindowSpec, window: Window, floor: Instant): boolean {
  return lastInstant(spec, window) < floor;
}

/**
 * The latest boundary at or before an instant. Final windows are written for whole intervals between boundaries, so that what is
 * written does not depend on when a merge runs.
 */
export function boundaryAt(spec: KeyWindowSpec, instant: Instant): Instant {
  const grid = gridOf(spec);
  return Math.floor(instant / grid) * grid;
}

/** The first boundary after an instant. */
export function boundaryAfter(spec: KeyWindowSpec, instant: Instant): Instant {
  return boundaryAt(spec, instant) + gridOf(spec);
}

/** The cell in which a window is stored when it is final; the cell's end is the boundary from which the window is final. */
export function cellOf(spec: KeyWindowSpec, window: Window): WindowCell {
  return { start: cellStart(spec, window.start), end: boundaryAfter(spec, lastInstant(spec, window)) };
}

/** The start of the cells that hold the windows starting at an instant. */
export function cellStart(spec: KeyWindowSpec, start: Instant): Instant {
  const length = cellLength(spec);
  return Math.floor(start / length) * length;
}

/** How far the starts of windows in one cell can be apart, in milliseconds. */
export function cellLength(spec: KeyWindowSpec): number {
  return GRIDS_PER_START * gridOf(spec);
}

/** How far boundaries are apart, in milliseconds. */
export function gridOf(spec: KeyWindowSpec): number {
  return Math.max(LEAST_GRID, Math.ceil((spec.kind === 'session' ? spec.gap : spec.size) / BOUNDARIES));
}
