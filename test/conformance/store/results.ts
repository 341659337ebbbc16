import { describe, expect, it } from 'vitest';
import type { FinalWindow, Page } from '../../../lib/store/ports.ts';
import type { Given } from './given.ts';
import { bytes, DAY, KB, same, T0 } from './samples.ts';

/** Final windows and their pages. */
export function describeResults(given: Given): void {
  const { newView } = given;
  describe('results', () => {
    const window = (start: number, expiresAt = T0 + DAY): FinalWindow => ({ start, end: start + 60_000, bits: 2, keys: 7, expiresAt });
    const page = (start: number, bits: number, bucket: number, fill = 1, size = 30): Page => ({
      bits,
      bucket,
      start,
      end: start + 60_000,
      body: bytes(size, fill),
      expiresAt: T0 + DAY,
    });

    it('lists windows by start, either way, up to a limit, without expired ones', async () => {
      const view = newView();
      const starts = [-62_170_000_000_000, -60_000, 0, T0, T0 + 60_000, T0 + 120_000, T0 + 180_000];
      for (const start of starts.toReversed())
        await given.store.results.putWindow(view, window(start, start === T0 + 60_000 ? T0 : T0 + DAY));
      const list = async (from: number, to: number, order: 'asc' | 'desc', limit: number, now = T0 - 1) =>
        (await given.store.results.windows(view, { from, to, order, limit, now })).map(({ start }) => start);
      const [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      expect(await list(least, most, 'asc', 100)).toEqual(starts);
      expect(await list(least, most, 'desc', 100)).toEqual(starts.toReversed());
      expect(await list(T0, T0 + 120_000, 'asc', 100)).toEqual([T0, T0 + 60_000]);
      expect(await list(T0 + 0.5, T0 + 120_000.5, 'asc', 100)).toEqual([T0 + 60_000, T0 + 120_000]);
      expect(await list(T0, T0, 'asc', 100)).toEqual([]);
      expect(await list(T0 + 5, T0, 'asc', 100)).toEqual([]);
      expect(await list(least, most, 'desc', 2)).toEqual([T0 + 180_000, T0 + 120_000]);
      expect(await list(least, most, 'asc', 1)).toEqual([starts[0]]);
      // Past the expiry of one in the middle, the limit is filled with those behind it.
      expect(await list(T0, most, 'asc', 2, T0)).toEqual([T0, T0 + 120_000]);
      expect(await list(T0, most, 'desc', 3, T0)).toEqual([T0 + 180_000, T0 + 120_000, T0]);
      expect(await given.store.results.windows(view, { from: 0, to: 1, order: 'asc', limit: 1, now: 0 })).toEqual([window(0)]);
      expect(await list(least, most, 'asc', 100, T0 + DAY)).toEqual([]);
    });

    //  start   T0            T0 + 60 s
    //  ends    +10 +20 +30   +70 +80     as cumulate windows have them
    it('tells windows that begin together by their ends, and goes on behind any of them', async () => {
      const view = newView();
      const all = [
        [0, 10],
        [0, 20],
        [0, 30],
        [60, 70],
        [60, 80],
      ].map(([start, end]) => ({ ...window(T0 + (start as number) * 1000), end: T0 + (end as number) * 1000 }));
      for (const one of all.toReversed()) await given.store.results.putWindow(view, one);
      for (const order of ['asc', 'desc'] as const) {
        const sorted = order === 'asc' ? all : all.toReversed();
        const range = { from: T0, to: T0 + 60_001, order, now: T0 };
        expect(await given.store.results.windows(view, { ...range, limit: 100 })).toEqual(sorted);
        for (const [i, after] of sorted.entries()) {
          expect(await given.store.results.windows(view, { ...range, limit: 2, after })).toEqual(sorted.slice(i + 1, i + 3));
        }
      }
      const pages = [1, 2].map((fill) => ({ ...page(T0, 0, 0, fill), end: T0 + fill * 10_000 }));
      await given.store.results.putPages(view, pages);
      expect(await given.store.results.pages(view, { bits: 0, bucket: 0, from: T0, to: T0 })).toEqual(pages);
    });

    it('keeps windows and pages that are there as they are', async () => {
      const view = newView();
      await given.store.results.putWindow(view, window(T0));
      await given.store.results.putWindow(view, { ...window(T0), keys: 99 });
      expect(await given.store.results.windows(view, { from: T0, to: T0 + 1, order: 'asc', limit: 1, now: T0 })).toEqual([window(T0)]);
      await given.store.results.putPages(view, [page(T0, 0, 0, 1)]);
      await given.store.results.putPages(view, [page(T0, 0, 0, 2), page(T0 + 60_000, 0, 0, 3)]);
      expect(await given.store.results.pages(view, { bits: 0, bucket: 0, from: T0, to: T0 + 60_000 })).toEqual([
        page(T0, 0, 0, 1),
        page(T0 + 60_000, 0, 0, 3),
      ]);
    });

    it('keeps a window that never expires', async () => {
      const view = newView();
      await given.store.results.putWindow(view, window(T0, Number.POSITIVE_INFINITY));
      await given.under.expire(T0 + 10_000 * DAY);
      expect(await given.store.results.windows(view, { from: T0, to: T0 + 1, order: 'asc', limit: 1, now: T0 + 10_000 * DAY })).toEqual([
        window(T0, Number.POSITIVE_INFINITY),
      ]);
    });

    it('reads pages by bits, bucket and range, both ends included', async () => {
      const view = newView();
      const pages = [0, 1, 2].flatMap((i) => [
        page(T0 + i * 60_000, 1, 0, i),
        page(T0 + i * 60_000, 1, 1, i),
        page(T0 + i * 60_000, 2, 0, i),
      ]);
      await given.store.results.putPages(view, pages);
      const read = (bits: number, bucket: number, from: number, to: number) => given.store.results.pages(view, { bits, bucket, from, to });
      const of = (bits: number, bucket: number) => pages.filter((p) => p.bits === bits && p.bucket === bucket);
      expect(await read(1, 0, T0, T0 + 120_000)).toEqual(of(1, 0));
      expect(await read(1, 1, T0, T0 + 119_999)).toEqual(of(1, 1).slice(0, 2));
      expect(await read(2, 0, T0 + 60_000, T0 + 60_000)).toEqual(of(2, 0).slice(1, 2));
      expect(await read(2, 1, T0, T0 + 120_000)).toEqual([]);
      expect(await read(1, 0, T0 + 1, T0)).toEqual([]);
      expect(await given.store.results.pages(newView(), { bits: 1, bucket: 0, from: T0, to: T0 })).toEqual([]);
    });

    it('reads pages of more than 1 MB together, and one of more than 400 KB', async () => {
      const view = newView();
      const pages = [5, 200, 300, 300, 300, 900].map((kb, i) => page(T0 + i * 60_000, 3, 7, i, kb * KB));
      await given.store.results.putPages(view, pages);
      await given.store.results.putPages(view, pages);
      const read = await given.store.results.pages(view, { bits: 3, bucket: 7, from: T0, to: T0 + 300_000 });
      expect(read.map(({ start }) => start)).toEqual(pages.map(({ start }) => start));
      expect(read.every(({ body }, i) => same(body, (pages[i] as Page).body))).toBe(true);
    });
  });
}
