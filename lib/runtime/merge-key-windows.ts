import type { Instant } from '../core/instant.ts';
import { carriedOn, collectSpans, type KeyPane, keyPanes } from '../core/key-results.ts';
import type { ViewState } from '../core/state.ts';
import { windowName } from '../core/window.ts';
import { boundaryAt, cellOf, isOver, type WindowCell } from '../core/windows/key-window.ts';
import type { Store } from '../store/ports.ts';
import { expireCarried, type KeyWindowPlan, readCarried, writeCarried } from './carried.ts';
import type { MergeReport } from './merge-report.ts';
import { writeCell } from './pages.ts';
import type { Runtime } from './runtime.ts';

/** Cells written before the boundary moves: a long merge that is interrupted continues from there. */
const CELLS_AT_ONCE = 50;

/** A cell and the windows that belong in it. */
interface Filled {
  readonly cell: WindowCell;
  readonly panes: KeyPane[];
}

/**
 * Merges the spans of a view with unaligned windows over all tasks. Windows that have ended become final; spans that the tasks
 * will evict but whose windows have not ended become pending spans. Both are written before the boundary moves.
 *
 * @param range.from the boundary so far, allowed lateness included
 * @param range.to the least watermark of the tasks
 * @param range.awaited the boundary that derived views wait for
 */
export async function mergeKeyWindows(
  runtime: Runtime,
  store: Store,
  view: KeyWindowPlan,
  held: readonly ViewState[],
  { from, to, awaited }: { readonly from: Instant; readonly to: Instant; readonly awaited: Instant },
  deadline: number,
): Promise<MergeReport> {
  const { name: application } = runtime.plan;
  const { window: spec, allowedLateness } = view;
  const report = { view: view.name, windows: 0, keys: 0, mergedThrough: from };
  let boundary = from - allowedLateness;
  const last = boundaryAt(spec, to - allowedLateness);
  if (!(last > boundary)) return report;
  const panes = keyPanes(view, collectSpans(held, boundary, await readCarried(store, application, view, boundary)));
  const over = panes.filter(({ window }) => isOver(spec, window, last));
  // Nothing to write or evict, and no view waits for the boundary: it can stay where it is.
  if (from >= awaited && over.length === 0 && !panes.some(({ spans }) => spans.some(({ end }) => end >= boundary && end < last)))
    return report;
  const cells = cellsOf(over, view);
  while (boundary < last) {
    const few = cells.slice(0, CELLS_AT_ONCE);
    const next = cells.length > few.length ? (few.at(-1) as Filled).cell.end : last;
    const due = cells.filter(({ cell }) => cell.end <= next);
    for (const { cell, panes: of } of due) {
      if (runtime.clock.now() > deadline) return report;
      if (!(await writeCell(runtime, store, { application, view: view.name }, view, cell, of, deadline))) return report;
    }
    const now = runtime.clock.now();
    if (now > deadline) return report;
    await writeCarried(store, application, view, next, carriedOn(view, panes, next), runtime.limits);
    await store.tasks.raiseMergedThrough({ application, stream: view.stream }, view.name, next + allowedLateness);
    await expireCarried(store, application, view, boundary, now);
    cells.splice(0, due.length);
    boundary = next;
    report.windows += new Set(due.flatMap(({ panes: of }) => of.map(({ window }) => windowName(window)))).size;
    report.keys += due.reduce((sum, { panes: of }) => sum + of.length, 0);
    report.mergedThrough = next + allowedLateness;
  }
  return report;
}

/** Windows by where they are stored, in the order in which cells become final. */
function cellsOf(panes: readonly KeyPane[], { window }: KeyWindowPlan): Filled[] {
  const cells = new Map<string, Filled>();
  for (const pane of panes) {
    const cell = cellOf(window, pane.window);
    const name = windowName(cell);
    const filled = cells.get(name);
    if (filled) filled.panes.push(pane);
    else cells.set(name, { cell, panes: [pane] });
  }
  return [...cells.values()].sort((a, b) => a.cell.end - b.cell.end || a.cell.start - b.cell.start);
}
