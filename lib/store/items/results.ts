import { type FinalWindow, type ResultStore, WINDOWS_OUTLIVE } from '../ports.ts';
import { expiry, readBodies, readExpiry, timeToLive, withBody } from './body.ts';
import type { Item } from './item.ts';
import type { ItemTable } from './item-table.ts';
import { afterWindowsAt, instantKey, viewPartition, windowKey } from './keys.ts';
import { rowItem } from './row-item.ts';

/** How much longer a page is kept than its window: an interrupted merge may have written it days before the window, and it must not expire first. */
const PAGES_OUTLIVE = 7 * 86_400_000;
/** How many pages are written concurrently. */
const AT_ONCE = 16;

/** Results: one partition of windows per view, one of pages per bucket, one of rows per key. */
export function tableResults(table: ItemTable): ResultStore {
  return {
    async putPages(view, pages) {
      for (let i = 0; i < pages.length; i += AT_ONCE) {
        await Promise.all(
          pages.slice(i, i + AT_ONCE).map(async ({ bits, bucket, start, end, body, expiresAt }) => {
            const key = { pk: viewPartition(view, 'page', bits, bucket), sk: windowKey({ start, end }) };
            const item = await withBody(table, { ...key, bits, bucket, start, end, ...expiry(expiresAt) }, body, expiresAt + PAGES_OUTLIVE);
            await table.putIf(item, undefined);
          }),
        );
      }
    },

    async putWindow(view, { start, end, bits, keys, expiresAt }) {
      const key = { pk: viewPartition(view, 'windows'), sk: windowKey({ start, end }) };
      await table.putIf({ ...key, start, end, bits, keys, ...expiry(expiresAt), ...timeToLive(expiresAt + WINDOWS_OUTLIVE) }, undefined);
    },

    // Put without a condition, 25 per request: a row depends only on closed panes, so an existing one is put
    // again unchanged (except for its time to live), and one request per row would take many times as long.
    async putRows(view, rows) {
      await table.putAll(rows.map((row) => rowItem(view, row)));
    },

    async windows(view, { from, to, order, limit, now, after }) {
      const windows: FinalWindow[] = [];
      if (!(Math.ceil(from) < Math.ceil(to))) return windows;
      const bounds = { from: instantKey(Math.ceil(from)), to: afterWindowsAt(Math.ceil(to) - 1) };
      let last = after && windowKey(after);
      while (windows.length < limit) {
        if (last !== undefined) bounds[order === 'asc' ? 'from' : 'to'] = last;
        if (bounds.from > bounds.to) break;
        // Both bounds are inclusive: one more for the last one seen.
        const wanted = limit - windows.length + (last === undefined ? 0 : 1);
        const found = await table.query({ pk: viewPartition(view, 'windows'), ...bounds, order, limit: wanted, consistent: true });
        const fresh = found.filter(({ sk }) => sk !== last);
        windows.push(...fresh.map(windowOf).filter(({ expiresAt }) => expiresAt > now));
        if (found.length < wanted || fresh.length === 0) break;
        last = fresh.at(-1)?.sk;
      }
      return windows.slice(0, limit);
    },

    async pages(view, { bits, bucket, from, to }) {
      const range = { from: instantKey(from), to: afterWindowsAt(to) };
      const items = from > to ? [] : await table.query({ pk: viewPartition(view, 'page', bits, bucket), ...range, consistent: true });
      const bodies = await readBodies(table, items, true);
      return items.map((item, i) => ({
        bits,
        bucket,
        start: Number(item.start),
        end: Number(item.end),
        body: bodies[i] as Uint8Array,
        expiresAt: readExpiry(item),
      }));
    },
  };
}

function windowOf(item: Item): FinalWindow {
  return {
    start: Number(item.start),
    end: Number(item.end),
    bits: Number(item.bits),
    keys: Number(item.keys),
    expiresAt: readExpiry(item),
  };
}
