import { hashKey } from '../core/key.ts';
import { encodePage } from '../core/page-codec.ts';
import { resultRow } from '../core/result.ts';
import type { Window } from '../core/window.ts';
import type { ViewPlan } from '../plan/plan.ts';
import type { Page, Store, ViewId } from '../store/ports.ts';
import { pack } from './body.ts';

/** A key's page costs a reader four read units at this size. */
const PAGE_BYTES = 16 * 1024;
const MOST_BITS = 10;

/** The page of a window that holds a key. */
export function pageOf(key: string, bits: number): number {
  return hashKey(key) & (2 ** bits - 1);
}

/**
 * Writes a window's final results: pages, readable rows if the view has them, and last the window itself, which makes
 * them visible to its readers. A function of the panes alone, so doing it again writes the same.
 */
export async function writeWindow(
  store: Store,
  id: ViewId,
  view: ViewPlan,
  window: Window,
  panes: ReadonlyMap<string, unknown[]>,
  now: number,
): Promise<void> {
  const expiresAt = now + view.retention;
  const sorted = [...panes].sort(([a], [b]) => hashKey(a) - hashKey(b) || (a < b ? -1 : 1));
  const bits = bitsFor(pack(encodePage(view, window, sorted)).length);
  const byPage = new Map<number, (typeof sorted)[number][]>();
  for (const pane of sorted) {
    const bucket = pageOf(pane[0], bits);
    const page = byPage.get(bucket);
    if (page) page.push(pane);
    else byPage.set(bucket, [pane]);
  }
  const pages = Array.from(
    byPage,
    ([bucket, part]): Page => ({ bits, bucket, ...window, body: pack(encodePage(view, window, part)), expiresAt }),
  );
  await store.results.putPages(id, pages);
  if (view.rows) {
    const rows = sorted.map(([key, pane]) => ({ key, ...window, values: resultRow(view, key, window, pane), expiresAt }));
    await store.results.putRows(id, rows);
  }
  await store.results.putWindow(id, { ...window, bits, keys: panes.size, expiresAt });
}

function bitsFor(bytes: number): number {
  return Math.min(MOST_BITS, Math.max(0, Math.ceil(Math.log2(bytes / PAGE_BYTES))));
}
