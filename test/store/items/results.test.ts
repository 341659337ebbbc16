import { expect, it } from 'vitest';
import { tableResults } from '../../../lib/store/items/results.ts';
import { MemoryTable } from '../../../lib/store/memory/memory-table.ts';

const VIEW = { application: 'shop', view: 'v' };
const WINDOW = { start: 0, end: 10, bits: 0, keys: 1 };
const DAY = 86_400_000;
const ALL = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, order: 'asc', limit: 10 } as const;

//  pages, by who was cut off ──┬── a week ──┤
//  the window, days later ─────────┬── listed as past its retention for 35 days, then no more ──┤
it('of a window that was written days after its pages stay until the window has expired, and that it did is known for a month', async () => {
  const table = new MemoryTable();
  const results = tableResults(table);
  const { keys: _, ...place } = WINDOW;
  // In three pieces.
  const page = { ...place, bucket: 0, body: new Uint8Array(1_000_000), expiresAt: 30 * DAY };
  await results.putPages(VIEW, [page]);
  await results.putWindow(VIEW, { ...WINDOW, expiresAt: 36 * DAY });
  table.expire(36 * DAY - 1);
  expect(await results.pages(VIEW, { bits: 0, bucket: 0, from: 0, to: 0 })).toEqual([page]);
  expect(await results.windows(VIEW, { ...ALL, now: 36 * DAY - 1 })).toHaveLength(1);
  table.expire(70 * DAY);
  expect(await results.windows(VIEW, { ...ALL, now: 70 * DAY })).toEqual([]);
  expect(await results.windows(VIEW, { ...ALL, now: Number.NEGATIVE_INFINITY })).toHaveLength(1);
  table.expire(71 * DAY);
  expect(await results.windows(VIEW, { ...ALL, now: Number.NEGATIVE_INFINITY })).toEqual([]);
});
