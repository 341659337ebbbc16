import { CheckpointDebt } from './checkpoint-debt.ts';
import type { Entry, ViewDelta } from './entry.ts';
import { MillraceError } from './errors.ts';
import type { Instant } from './instant.ts';
import { type Outcomes, type TaskState, viewState } from './state.ts';
import type { ViewSpec } from './view.ts';
import type { Touch } from './windowing.ts';

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
 * Applies a written entry to a task's state. Except for {@link evict} on ended tasks, nothing else changes a state. The state is changed
 * in place, and owns the entry's contents from then on.
 *
 * @param debt records what the next checkpoint must write; optional
 * @throws MillraceError `gap` if the entry does not follow the last one; `incompatible` if a view has changed since.
 *   The state is then unchanged.
 */
export function apply(views: readonly ViewSpec[], state: TaskState, entry: Entry, written: Written, debt = new CheckpointDebt()): void {
  if (written.index !== state.index + 1) {
    throw new MillraceError('gap', `the log goes from entry ${state.index} to ${written.index}: entries between them are missing`);
  }
  const deltas = entry.views.map((delta) => ({ delta, view: specOf(views, delta) }));
  for (const { delta, view } of deltas) {
    if (!view) {
      debt.unknownViewAt = written.committedAt;
      continue;
    }
    viewState(state, view).held.add(delta.changes, debt.touch);
    evict(view, state, delta.dropped, debt.touch);
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
  state.duplicates += entry.duplicates ?? 0;
  if (entry.ids) state.ids.add(entry.ids, debt.touch);
  if (entry.idsFloor !== undefined) state.ids.floor = entry.idsFloor;
  state.ids.evict(entry.watermark, debt.touch);
  state.ended ||= entry.kind === 'end';
  if (entry.children.length > 0) state.children = entry.children;
  if (entry.records > 0) state.outcomes = remember(state.outcomes, entry);
  debt.addEntry(written.committedAt, written.bytes);
}

/** Evicts a view's merged panes up to a boundary. */
export function evict(view: ViewSpec, state: TaskState, boundary: Instant, touch: Touch): void {
  const of = viewState(state, view);
  if (!(boundary > of.dropped)) return;
  of.dropped = boundary;
  of.held.evict(boundary, touch);
}

/** The view of a delta; none if the application no longer has it, or does not have it yet. */
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
