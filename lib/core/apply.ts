import type { CellDelta, Entry, KeySpan, ViewDelta } from './entry.ts';
import { MillraceError } from './errors.ts';
import type { Instant } from './instant.ts';
import { type MergePane, paneWork } from './panes.ts';
import { cellAt, type Outcomes, type TaskState, type ViewState, viewState } from './state.ts';
import { hashKey, SLOTS } from './stored.ts';
import { hasKeyWindows, type KeyWindowView, type TimeWindowView, timed, type ViewSpec } from './view.ts';
import { isClosed } from './watermark.ts';
import { lastWindowEnd } from './window.ts';
import { addSpan } from './windows/spans.ts';

/** Where and when an entry was written. */
export interface Written {
  readonly index: number;
  readonly nonce: string;
  readonly committedAt: Instant;
  /** its size as stored */
  readonly bytes: number;
}

/** How many records' outcomes the breaker remembers. */
const REMEMBERED_OUTCOMES = 1000;

/**
 * Takes a written entry into a task's state: the only way a state changes, but for {@link letGo} of a task that has ended. The state is changed in place and owns what the
 * entry holds from then on.
 *
 * @throws MillraceError `gap` when the entry does not follow the last one; `incompatible` when a view has changed since.
 *   The state is then as it was.
 */
export function apply(views: readonly ViewSpec[], state: TaskState, entry: Entry, written: Written): void {
  if (written.index !== state.index + 1) {
    throw new MillraceError('gap', `the log goes from entry ${state.index} to ${written.index}: entries between them are missing`);
  }
  const deltas = entry.views.map((delta) => ({ delta, view: specOf(views, delta) }));
  for (const { delta, view } of deltas) {
    if (!view) {
      state.unknownViewAt = written.committedAt;
      continue;
    }
    const held = viewState(state, view.name);
    const { merge } = paneWork(view);
    for (const cell of delta.cells) addCell(merge, state, held, cell);
    for (const span of delta.spans ?? []) addKeySpan(merge, state, held, span);
    letGo(view, state, delta.dropped);
  }
  state.index = written.index;
  state.nonce = written.nonce;
  state.sequence = entry.last;
  state.watermark = entry.watermark;
  state.base = entry.base;
  state.lastArrival = entry.lastArrival;
  state.events += entry.events;
  state.late += entry.late.length;
  state.dead += entry.dead.length;
  state.ended ||= entry.kind === 'end';
  if (entry.children.length > 0) state.children = entry.children;
  if (entry.records > 0) state.outcomes = remember(state.outcomes, entry);
  state.oldestUncovered ??= written.committedAt;
  state.uncoveredEntries++;
  state.uncoveredBytes += written.bytes;
}

/** Lets go of a view's panes up to a boundary: they were merged. */
export function letGo(view: ViewSpec, state: TaskState, boundary: Instant): void {
  const held = viewState(state, view.name);
  if (!(boundary > held.dropped)) return;
  held.dropped = boundary;
  if (hasKeyWindows(view)) dropSpans(view, state, held);
  else dropCells(timed(view), state, held);
}

/** The view a delta belongs to; none when the application has it no more, or not yet. */
function specOf(views: readonly ViewSpec[], delta: ViewDelta): ViewSpec | undefined {
  const view = views.find((v) => v.name === delta.view);
  if (view && view.fingerprint !== delta.fingerprint) {
    throw new MillraceError(
      'incompatible',
      `view "${view.name}" has changed since its state was written: give the changed view another name (the old results stay readable under the old one)`,
    );
  }
  return view;
}

function addCell(merge: MergePane, state: TaskState, held: ViewState, delta: CellDelta): void {
  const cell = cellAt(held.cells, delta.start, delta.fromEnd);
  for (let j = 0; j < delta.keys.length; j++) {
    const key = delta.keys[j] as string;
    markDirty(state, key);
    const pane = cell.panes.get(key);
    if (pane === undefined) {
      cell.panes.set(key, delta.panes[j] as unknown[]);
    } else {
      merge(pane, delta.panes[j] as unknown[]);
    }
  }
}

function addKeySpan(merge: MergePane, state: TaskState, held: ViewState, span: KeySpan): void {
  markDirty(state, span.key);
  const spans = held.spans.get(span.key) ?? [];
  if (spans.length === 0) held.spans.set(span.key, spans);
  addSpan(spans, span, merge);
  held.earliestEnd = Math.min(held.earliestEnd, span.end);
}

/** Notes that a key has changed. */
function markDirty(state: TaskState, key: string): void {
  state.dirty[hashKey(key) % SLOTS] = 1;
}

/** Lets go of slices of which every window was merged. */
function dropCells(view: TimeWindowView, state: TaskState, held: ViewState): void {
  for (const [start, cells] of held.cells) {
    if (!isClosed(lastWindowEnd(view.window, start), view.allowedLateness, held.dropped)) continue;
    for (const cell of cells) for (const key of cell.panes.keys()) markDirty(state, key);
    held.cells.delete(start);
  }
}

/** Lets go of spans that were merged, or carried on where their window was not over yet. */
function dropSpans(view: KeyWindowView, state: TaskState, held: ViewState): void {
  const boundary = held.dropped - view.allowedLateness;
  if (held.earliestEnd >= boundary) return;
  held.earliestEnd = Number.POSITIVE_INFINITY;
  for (const [key, spans] of held.spans) {
    const kept = spans.filter(({ end }) => end >= boundary);
    const [first] = kept;
    if (first) held.earliestEnd = Math.min(held.earliestEnd, first.end);
    if (kept.length === spans.length) continue;
    markDirty(state, key);
    if (kept.length > 0) held.spans.set(key, kept);
    else held.spans.delete(key);
  }
}

function remember(outcomes: Outcomes, entry: Entry): Outcomes {
  const counts = outcomes.version === entry.version ? [...outcomes.counts] : [];
  counts.push([entry.records - entry.deadRecords, entry.deadRecords]);
  let total = counts.reduce((sum, [good, dead]) => sum + good + dead, 0);
  while (counts.length > 1) {
    const [good, dead] = counts[0] as readonly [number, number];
    if (total - good - dead < REMEMBERED_OUTCOMES) break;
    total -= good + dead;
    counts.shift();
  }
  return { version: entry.version, counts };
}
