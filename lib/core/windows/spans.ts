import type { MergePane } from '../panes.ts';
import type { Span, SpanBounds } from './session.ts';

/**
 * The span of a key that covers some bounds: the union of the spans they overlap, or a new span.
 *
 * @param spans the key's, by reach, none overlapping another; changed
 * @param pane makes the states of a new span
 * @returns the span, which is one of `spans` and covers the bounds
 */
export function spanAt(spans: Span[], bounds: SpanBounds, pane: () => unknown[], merge: MergePane): Span {
  let to = spans.length;
  while (to > 0 && (spans[to - 1] as Span).reach > bounds.end) to--;
  let from = to;
  while (from > 0 && (spans[from - 1] as Span).end >= bounds.reach) from--;
  if (from === to) {
    const made = { start: bounds.start, end: bounds.end, reach: bounds.reach, pane: pane() };
    spans.splice(from, 0, made);
    return made;
  }
  const target = spans[from] as Span;
  widen(target, bounds);
  // Nearly always it is one.
  if (to - from === 1) return target;
  for (const other of spans.splice(from + 1, to - from - 1)) {
    widen(target, other);
    merge(target.pane, other.pane);
  }
  return target;
}

/** Adds a span to those of its key, which may take over its states. */
export function addSpan(spans: Span[], added: Span, merge: MergePane): void {
  const target = spanAt(spans, added, () => added.pane, merge);
  if (target.pane !== added.pane) merge(target.pane, added.pane);
}

function widen(span: Span, { start, end, reach }: SpanBounds): void {
  if (start < span.start) span.start = start;
  if (end > span.end) span.end = end;
  if (reach < span.reach) span.reach = reach;
}
