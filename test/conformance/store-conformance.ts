import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FinalWindow, Manifest, Page, Store, StoredEntry, TaskId } from '../../lib/store/ports.ts';
import { RecordingMeter, type StoreUnderTest } from '../support/stores.ts';

const DAY = 86_400_000;
const T0 = Date.parse('2026-03-01T12:00:00Z');
const KB = 1024;

/** Where the readable rows of the minute from T0 on are. */
const SORT = '2026-03-01T12:00:00.000Z/2026-03-01T12:01:00.000Z';

/** What holds for every store. */
export function describeStore(name: string, start: () => Promise<StoreUnderTest>): void {
  describe(`a store ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let runs = 0;
    beforeAll(async () => {
      under = await start();
      store = under.store;
    });
    afterAll(() => under.stop());

    /** A task no other test uses. */
    const newTask = (shard = 's1'): TaskId => ({ application: `app-${++runs}`, stream: 'clicks', shard });
    const newView = () => ({ application: `app-${++runs}`, view: 'page_views' });

    describe('log', () => {
      it('reads entries from an index on, in order, with everything they were given', async () => {
        const task = newTask();
        const entries = [1, 2, 3, 10, 11].map((index) => entry(index, { late: index % 2, dead: index === 3 ? 4 : 0 }));
        for (const e of entries) expect(await store.log.append(task, e)).toBe(true);
        expect(await store.log.read(task, 1)).toEqual(entries);
        expect(await store.log.read(task, 3)).toEqual(entries.slice(2));
        expect(await store.log.read(task, 12)).toEqual([]);
        expect(await store.log.read({ ...task, shard: 's2' }, 1)).toEqual([]);
      });

      it('gives one index to exactly one of many writers', async () => {
        const task = newTask();
        for (let index = 1; index <= 5; index++) {
          const nonces = ['a', 'b', 'c', 'd', 'e', 'f'];
          const answers = await Promise.all(nonces.map((nonce) => store.log.append(task, entry(index, { nonce }))));
          expect(answers.filter(Boolean)).toHaveLength(1);
          const [stored] = await store.log.read(task, index);
          expect(stored?.nonce).toBe(nonces[answers.indexOf(true)]);
        }
      });

      it('does not change an entry that is there', async () => {
        const task = newTask();
        const first = entry(1);
        await store.log.append(task, first);
        expect(await store.log.append(task, first)).toBe(false);
        expect(await store.log.append(task, entry(1, { nonce: 'other', body: bytes(5, 9) }))).toBe(false);
        expect(await store.log.read(task, 1)).toEqual([first]);
      });

      it('reads a log of more than 1 MB whole', async () => {
        const task = newTask();
        const entries = Array.from({ length: 12 }, (_, i) => entry(i + 1, { body: bytes(300 * KB, i) }));
        for (const e of entries) await store.log.append(task, e);
        const read = await store.log.read(task, 2);
        expect(read.map(({ index }) => index)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        expect(read.every(({ body }, i) => same(body, (entries[i + 1] as StoredEntry).body))).toBe(true);
      });

      it.each([350 * KB, 350 * KB + 1, 400 * KB, 700 * KB, 2_500_000])(
        'keeps an entry of %i bytes, and one of two writers',
        async (size) => {
          const task = newTask();
          const [a, b] = [entry(1, { nonce: 'a', body: bytes(size, 1) }), entry(1, { nonce: 'b', body: bytes(size, 2) })];
          const answers = await Promise.all([store.log.append(task, a), store.log.append(task, b)]);
          expect([...answers].sort()).toEqual([false, true]);
          const winner = answers[0] ? a : b;
          const [read, ...more] = await store.log.read(task, 1);
          expect(more).toEqual([]);
          expect(read?.nonce).toBe(winner.nonce);
          expect(same(read?.body, winner.body)).toBe(true);
        },
      );

      it('keeps an empty body', async () => {
        const task = newTask();
        await store.log.append(task, entry(1, { body: new Uint8Array() }));
        expect((await store.log.read(task, 1))[0]?.body).toEqual(new Uint8Array());
      });

      it('lets an entry expire before its parts', async () => {
        const task = newTask();
        await store.log.append(task, entry(1, { body: bytes(500 * KB, 1), expiresAt: T0 }));
        await under.expire(T0 + DAY);
        expect(await store.log.read(task, 1)).toEqual([]);
      });

      it('shares no bytes with its callers', async () => {
        const task = newTask();
        const given = entry(1, { body: bytes(8, 1) });
        await store.log.append(task, given);
        given.body.fill(7);
        const [first] = await store.log.read(task, 1);
        first?.body.fill(9);
        expect((await store.log.read(task, 1))[0]?.body).toEqual(bytes(8, 1));
      });

      it('finds late events and dead letters of all shards, newest first, page after page', async () => {
        const task = newTask();
        const put: { shard: string; index: number; at: number; late: number; dead: number }[] = [];
        for (const shard of ['s1', 's2', 's3']) {
          for (let index = 1; index <= 8; index++) {
            // Two shards commit at the same instants.
            const at = T0 + index * 1000 + (shard === 's3' ? 500 : 0);
            const e = { shard, index, at, late: index % 3 === 0 ? index : 0, dead: index % 2 };
            put.push(e);
            await store.log.append(
              { ...task, shard },
              entry(index, { nonce: `${shard}-${index}`, committedAt: at, late: e.late, dead: e.dead }),
            );
          }
        }
        await store.log.append({ ...task, stream: 'other' }, entry(1, { late: 1, dead: 1 }));
        for (const what of ['late', 'dead'] as const) {
          const expected = put
            .filter((e) => e[what] > 0)
            .sort((a, b) => b.at - a.at || (a.shard < b.shard ? 1 : -1))
            .map(({ shard, index, at, late, dead }) => ({ shard, index, nonce: `${shard}-${index}`, committedAt: at, late, dead }));
          for (const limit of [1, 2, 3, 5, expected.length, 100]) {
            const found: unknown[] = [];
            let before: string | undefined;
            for (let pages = 0; pages < 50; pages++) {
              const page = await store.log.find(what, task, { limit, ...(before === undefined ? {} : { before }) });
              expect(page.entries.length).toBeLessThanOrEqual(limit);
              expect(page.entries.every(({ body }) => same(body, bytes(10, 1)))).toBe(true);
              found.push(
                ...page.entries.map(({ shard, index, nonce, committedAt, late, dead }) => ({
                  shard,
                  index,
                  nonce,
                  committedAt,
                  late,
                  dead,
                })),
              );
              before = page.next;
              if (before === undefined) break;
              expect(page.entries).toHaveLength(limit);
            }
            expect(found).toEqual(expected);
          }
        }
      });

      it('goes on from any entry found', async () => {
        const task = newTask();
        for (let index = 1; index <= 4; index++) await store.log.append(task, entry(index, { committedAt: T0 + index, late: 1 }));
        const { entries } = await store.log.find('late', task, { limit: 10 });
        expect(entries.map(({ index }) => index)).toEqual([4, 3, 2, 1]);
        const rest = await store.log.find('late', task, { limit: 10, before: (entries[1] as { token: string }).token });
        expect(rest.entries.map(({ index }) => index)).toEqual([2, 1]);
        expect(rest.next).toBeUndefined();
      });

      it('finds entries of more than 400 KB', async () => {
        const task = newTask();
        const large = entry(1, { body: bytes(600 * KB, 3), dead: 1 });
        await store.log.append(task, large);
        const { entries } = await store.log.find('dead', task, { limit: 5 });
        expect(same(entries[0]?.body, large.body)).toBe(true);
      });

      it('keeps an entry past its expiry until it is deleted', async () => {
        const task = newTask();
        const e = entry(1, { expiresAt: T0 - DAY });
        await store.log.append(task, e);
        await store.log.append(task, entry(2, { expiresAt: T0 + DAY, late: 1 }));
        expect(await store.log.read(task, 1)).toHaveLength(2);
        await under.expire(T0);
        expect((await store.log.read(task, 1)).map(({ index }) => index)).toEqual([2]);
      });
    });

    describe('checkpoints', () => {
      const manifest = (index: number, nonce = 'n', buckets: readonly string[] = ['b-0', '', 'b-2']): Manifest => ({
        index,
        nonce,
        head: bytes(20, index),
        buckets,
      });

      it('puts a manifest only in place of the one it was made from, and only forward', async () => {
        const task = newTask();
        const { checkpoints } = store;
        expect(await checkpoints.manifest(task)).toBeUndefined();
        expect(await checkpoints.putManifest(task, manifest(5), manifest(4))).toBe(false);
        expect(await checkpoints.manifest(task)).toBeUndefined();
        expect(await checkpoints.putManifest(task, manifest(5), undefined)).toBe(true);
        expect(await checkpoints.putManifest(task, manifest(6), undefined)).toBe(false);
        expect(await checkpoints.putManifest(task, manifest(6), manifest(4))).toBe(false);
        expect(await checkpoints.putManifest(task, manifest(6), manifest(5, 'another'))).toBe(false);
        expect(await checkpoints.putManifest(task, manifest(5, 'm'), manifest(5))).toBe(false);
        expect(await checkpoints.putManifest(task, manifest(4, 'm'), manifest(5))).toBe(false);
        expect(await checkpoints.manifest(task)).toEqual(manifest(5));
        expect(await checkpoints.putManifest(task, manifest(9, 'z', []), manifest(5))).toBe(true);
        expect(await checkpoints.manifest(task)).toEqual(manifest(9, 'z', []));
      });

      it('lets one of many writers win', async () => {
        const task = newTask();
        const first = await Promise.all(['a', 'b', 'c'].map((nonce) => store.checkpoints.putManifest(task, manifest(1, nonce), undefined)));
        expect(first.filter(Boolean)).toHaveLength(1);
        const now = (await store.checkpoints.manifest(task)) as Manifest;
        const then = await Promise.all(['d', 'e', 'f'].map((nonce) => store.checkpoints.putManifest(task, manifest(2, nonce), now)));
        expect(then.filter(Boolean)).toHaveLength(1);
      });

      it('holds 256 buckets and more', async () => {
        const task = newTask();
        const ids = Array.from({ length: 256 }, (_, i) => `12345678-0b1f7ab2-6c9e-4c39-a1ac-53e8e7a7f9c1-${i}`);
        await store.checkpoints.putManifest(task, manifest(1, 'n', ids), undefined);
        expect((await store.checkpoints.manifest(task))?.buckets).toEqual(ids);
      });

      it('reads buckets in the order asked, of any size, and says which are gone', async () => {
        const task = newTask();
        const sizes = { a: 10, b: 64 * KB, c: 500 * KB, d: 0 };
        for (const [id, size] of Object.entries(sizes)) await store.checkpoints.putBucket(task, id, bytes(size, size));
        const read = await store.checkpoints.buckets(task, ['c', 'gone', 'a', 'd', 'b', 'a']);
        expect(read.map((body) => body?.length)).toEqual([500 * KB, undefined, 10, 0, 64 * KB, 10]);
        expect(same(read[0], bytes(500 * KB, 500 * KB))).toBe(true);
        expect(await store.checkpoints.buckets({ ...task, shard: 's2' }, ['a'])).toEqual([undefined]);
        expect(await store.checkpoints.buckets(task, [])).toEqual([]);
      });

      it('reads 130 buckets of 20 MB together', async () => {
        const task = newTask();
        const ids = Array.from({ length: 130 }, (_, i) => `bucket-${i}`);
        for (const [i, id] of ids.entries()) await store.checkpoints.putBucket(task, id, bytes(150 * KB, i));
        const read = await store.checkpoints.buckets(task, ids);
        expect(read.every((body, i) => same(body, bytes(150 * KB, i)))).toBe(true);
      });

      it('keeps buckets until they may go, in all their parts', async () => {
        const task = newTask();
        for (const id of ['kept', 'let-go', 'large']) await store.checkpoints.putBucket(task, id, bytes(id === 'large' ? 400 * KB : 10, 1));
        await store.checkpoints.expireBuckets(task, ['let-go', 'large', 'never-there'], T0);
        const lengths = async () =>
          (await store.checkpoints.buckets(task, ['kept', 'let-go', 'large', 'never-there'])).map((b) => b?.length);
        expect(await lengths()).toEqual([10, 10, 400 * KB, undefined]);
        await under.expire(T0 - DAY);
        expect(await lengths()).toEqual([10, 10, 400 * KB, undefined]);
        await under.expire(T0);
        expect(await lengths()).toEqual([10, undefined, undefined, undefined]);
      });
    });

    describe('tasks', () => {
      it('lists the shards registered for a stream, sorted, each once', async () => {
        const task = newTask();
        const shards = ['shardId-000000000010', 'shardId-000000000002', 'shardId-000000000001'];
        expect(await store.tasks.list(task)).toEqual([]);
        for (const shard of [...shards, ...shards]) await store.tasks.register({ ...task, shard });
        await store.tasks.register({ ...task, stream: 'other' });
        expect(await store.tasks.list(task)).toEqual([...shards].sort());
      });

      it('raises a view’s boundary and never lowers it', async () => {
        const task = newTask();
        const { tasks } = store;
        expect(await tasks.progress(task)).toEqual({ listed: false, mergedThrough: new Map() });
        expect(await tasks.raiseMergedThrough(task, 'a', 100)).toBe(true);
        expect(await tasks.raiseMergedThrough(task, 'a', 100)).toBe(false);
        expect(await tasks.raiseMergedThrough(task, 'a', 99)).toBe(false);
        expect(await tasks.raiseMergedThrough(task, 'b', -5)).toBe(true);
        expect(await tasks.raiseMergedThrough(task, 'a', T0)).toBe(true);
        expect(await tasks.raiseMergedThrough(task, 'c', Number.NEGATIVE_INFINITY)).toBe(false);
        await tasks.setListed(task);
        await tasks.setListed(task);
        expect(await tasks.raiseMergedThrough(task, 'b', 0)).toBe(true);
        expect(await tasks.progress(task, { consistent: true })).toEqual({
          listed: true,
          mergedThrough: new Map([
            ['a', T0],
            ['b', 0],
          ]),
        });
        expect(await tasks.progress({ ...task, stream: 'other' })).toEqual({ listed: false, mergedThrough: new Map() });
      });

      it('lets many raise at once and ends at the highest', async () => {
        const task = newTask();
        const answers = await Promise.all([3, 9, 1, 7, 9, 2].map((w) => store.tasks.raiseMergedThrough(task, 'v', w)));
        expect(answers.filter((answer, i) => answer && [3, 9, 1, 7, 9, 2][i] === 9)).toHaveLength(1);
        expect((await store.tasks.progress(task)).mergedThrough.get('v')).toBe(9);
      });

      it('takes views whose names are words of DynamoDB or of JavaScript', async () => {
        const task = newTask();
        for (const name of ['count', 'size', 'name', '__proto__', 'constructor', 'listed', 'pk']) {
          expect(await store.tasks.raiseMergedThrough(task, name, 1)).toBe(true);
          expect(await store.tasks.raiseMergedThrough(task, name, 1)).toBe(false);
        }
        const { mergedThrough, listed } = await store.tasks.progress(task);
        expect([...mergedThrough.keys()].sort()).toEqual(['__proto__', 'constructor', 'count', 'listed', 'name', 'pk', 'size']);
        expect(listed).toBe(false);
      });

      it('counts attempts of a record, however many there are at once', async () => {
        const task = newTask();
        const sequence = '49590338271490256608559692538361571095921575989136588898';
        expect(await store.tasks.countAttempt(task, sequence, T0)).toBe(0);
        expect(await store.tasks.countAttempt(task, sequence, T0)).toBe(1);
        const more = await Promise.all([1, 2, 3, 4].map(() => store.tasks.countAttempt(task, sequence, T0)));
        expect(more.sort()).toEqual([2, 3, 4, 5]);
        expect(await store.tasks.countAttempt(task, `${sequence}1`, T0)).toBe(0);
        expect(await store.tasks.countAttempt({ ...task, shard: 's2' }, sequence, T0)).toBe(0);
        await under.expire(T0 + 1000);
        expect(await store.tasks.countAttempt(task, sequence, T0 + DAY)).toBe(0);
      });
    });

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
        for (const start of starts.toReversed()) await store.results.putWindow(view, window(start, start === T0 + 60_000 ? T0 : T0 + DAY));
        const list = async (from: number, to: number, order: 'asc' | 'desc', limit: number, now = T0 - 1) =>
          (await store.results.windows(view, { from, to, order, limit, now })).map(({ start }) => start);
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
        expect(await store.results.windows(view, { from: 0, to: 1, order: 'asc', limit: 1, now: 0 })).toEqual([window(0)]);
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
        for (const one of all.toReversed()) await store.results.putWindow(view, one);
        for (const order of ['asc', 'desc'] as const) {
          const sorted = order === 'asc' ? all : all.toReversed();
          const range = { from: T0, to: T0 + 60_001, order, now: T0 };
          expect(await store.results.windows(view, { ...range, limit: 100 })).toEqual(sorted);
          for (const [i, after] of sorted.entries()) {
            expect(await store.results.windows(view, { ...range, limit: 2, after })).toEqual(sorted.slice(i + 1, i + 3));
          }
        }
        const pages = [1, 2].map((fill) => ({ ...page(T0, 0, 0, fill), end: T0 + fill * 10_000 }));
        await store.results.putPages(view, pages);
        expect(await store.results.pages(view, { bits: 0, bucket: 0, from: T0, to: T0 })).toEqual(pages);
      });

      it('keeps windows and pages that are there as they are', async () => {
        const view = newView();
        await store.results.putWindow(view, window(T0));
        await store.results.putWindow(view, { ...window(T0), keys: 99 });
        expect(await store.results.windows(view, { from: T0, to: T0 + 1, order: 'asc', limit: 1, now: T0 })).toEqual([window(T0)]);
        await store.results.putPages(view, [page(T0, 0, 0, 1)]);
        await store.results.putPages(view, [page(T0, 0, 0, 2), page(T0 + 60_000, 0, 0, 3)]);
        expect(await store.results.pages(view, { bits: 0, bucket: 0, from: T0, to: T0 + 60_000 })).toEqual([
          page(T0, 0, 0, 1),
          page(T0 + 60_000, 0, 0, 3),
        ]);
      });

      it('keeps a window that never expires', async () => {
        const view = newView();
        await store.results.putWindow(view, window(T0, Number.POSITIVE_INFINITY));
        await under.expire(T0 + 10_000 * DAY);
        expect(await store.results.windows(view, { from: T0, to: T0 + 1, order: 'asc', limit: 1, now: T0 + 10_000 * DAY })).toEqual([
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
        await store.results.putPages(view, pages);
        const read = (bits: number, bucket: number, from: number, to: number) => store.results.pages(view, { bits, bucket, from, to });
        const of = (bits: number, bucket: number) => pages.filter((p) => p.bits === bits && p.bucket === bucket);
        expect(await read(1, 0, T0, T0 + 120_000)).toEqual(of(1, 0));
        expect(await read(1, 1, T0, T0 + 119_999)).toEqual(of(1, 1).slice(0, 2));
        expect(await read(2, 0, T0 + 60_000, T0 + 60_000)).toEqual(of(2, 0).slice(1, 2));
        expect(await read(2, 1, T0, T0 + 120_000)).toEqual([]);
        expect(await read(1, 0, T0 + 1, T0)).toEqual([]);
        expect(await store.results.pages(newView(), { bits: 1, bucket: 0, from: T0, to: T0 })).toEqual([]);
      });

      it('reads pages of more than 1 MB together, and one of more than 400 KB', async () => {
        const view = newView();
        const pages = [5, 200, 300, 300, 300, 900].map((kb, i) => page(T0 + i * 60_000, 3, 7, i, kb * KB));
        await store.results.putPages(view, pages);
        await store.results.putPages(view, pages);
        const read = await store.results.pages(view, { bits: 3, bucket: 7, from: T0, to: T0 + 300_000 });
        expect(read.map(({ start }) => start)).toEqual(pages.map(({ start }) => start));
        expect(read.every(({ body }, i) => same(body, (pages[i] as Page).body))).toBe(true);
      });

      it('writes readable rows with native attributes', async () => {
        const view = newView();
        const values = {
          page: '/a',
          window_start: '2026-03-01T12:00:00.000Z',
          views: 3,
          avg: 0.1,
          ok: true,
          none: null,
          top: ['x', { n: 1 }],
          ttl: 5,
        };
        const row = { key: '/a', start: T0, end: T0 + 60_000, values, expiresAt: T0 + DAY };
        await store.results.putRows(view, [row]);
        await store.results.putRows(view, [row]);
        const pk = `${view.application}#page_views#row#/a`;
        const expected = { pk, sk: SORT, ...values, ttl: (T0 + DAY) / 1000, ttl_: 5 };
        expect(await under.row(pk, SORT)).toEqual(expected);
      });

      it('writes rows of several key parts under their JSON', async () => {
        const view = newView();
        await store.results.putRows(view, [{ key: '\0["/a",1]', start: T0, end: T0 + 60_000, values: { views: 1 }, expiresAt: T0 }]);
        expect(await under.row(`${view.application}#page_views#row=["/a",1]`, SORT)).toMatchObject({ views: 1 });
      });

      it('takes any key, and keeps different ones apart', async () => {
        const view = newView();
        const keys = [
          '',
          'é',
          'e\u0301',
          '😀',
          '\ud800',
          '\ud801',
          '\u0000',
          '\u0001\n\r\t',
          '__proto__',
          'constructor',
          '#',
          '%23',
          'a#b',
          ...['x', 'y'].map((end) => 'k'.repeat(3 * KB) + end),
        ];
        await store.results.putRows(
          view,
          keys.map((key, i) => ({ key, start: T0, end: T0 + 60_000, values: { i, key }, expiresAt: T0 })),
        );
        // The SHA-256 of 3,072 k and an x in UTF-16LE, from Python's hashlib.
        const x = await under.row(`${view.application}#page_views#row~${LONG_X}`, SORT);
        expect(x?.i).toBe(keys.length - 2);
        const emoji = await under.row(`${view.application}#page_views#row#😀`, SORT);
        expect(emoji).toMatchObject({ i: 3, key: '😀' });
      });

      it('writes more rows than a request holds', async () => {
        const view = newView();
        const rows = Array.from({ length: 260 }, (_, i) => ({ key: `k${i}`, start: T0, end: T0 + 60_000, values: { i }, expiresAt: T0 }));
        await store.results.putRows(view, rows);
        for (const i of [0, 24, 25, 99, 100, 259]) {
          expect((await under.row(`${view.application}#page_views#row#k${i}`, SORT))?.i).toBe(i);
        }
      });

      it('is not stopped by values DynamoDB cannot hold', async () => {
        const view = newView();
        let deep: unknown = 'bottom';
        for (let i = 0; i < 40; i++) deep = [deep];
        const odd = JSON.parse('{"": 1, "__proto__": 2}') as unknown;
        const values = {
          huge: 1e300,
          tiny: 1e-200,
          nan: Number.NaN,
          zero: -0,
          lone: 'a\ud800',
          deep,
          odd,
          large: 'x'.repeat(500 * KB),
          big: 2n ** 70n,
        };
        await store.results.putRows(view, [{ key: 'k', start: T0, end: T0 + 60_000, values, expiresAt: T0 }]);
        const row = await under.row(`${view.application}#page_views#row#k`, SORT);
        expect(row).toMatchObject({ huge: '1e+300', tiny: '1e-200', nan: 'NaN', zero: 0, lone: 'a\ufffd', big: '1180591620717411303424' });
        expect(row).toMatchObject({ odd: '{"":1,"__proto__":2}', left_out: ['large'] });
      });
    });

    it('keeps names apart that contain its separators', async () => {
      const application = `app-${++runs}`;
      const tasks = [
        { application, stream: 'a#b', shard: 'c' },
        { application, stream: 'a', shard: 'b#c' },
        { application, stream: 'a%23b', shard: 'c' },
        { application: `${application}#a`, stream: 'b', shard: 'c' },
        { application, stream: '__proto__', shard: 'constructor' },
        { application, stream: 'é😀\n'.repeat(600), shard: 'c' },
        { application, stream: 'é😀\n'.repeat(601), shard: 'c' },
      ];
      for (const [i, task] of tasks.entries()) expect(await store.log.append(task, entry(1, { nonce: `n${i}` }))).toBe(true);
      for (const [i, task] of tasks.entries()) expect((await store.log.read(task, 1)).map(({ nonce }) => nonce)).toEqual([`n${i}`]);
    });

    it('meters requests and units by DynamoDB’s rules', async () => {
      const meter = new RecordingMeter();
      const outer = new RecordingMeter();
      const metered = store.metered(outer).metered(meter);
      const task = newTask();
      const view = newView();
      const count = async (work: () => Promise<unknown>) => {
        await work();
        expect(outer.take()).toEqual(meter.requests.map(({ operation, reads, writes }) => `${operation} ${reads}/${writes}`));
        return meter.take();
      };
      // An entry's keys and attributes take some 130 bytes beside its body.
      expect(await count(() => metered.log.append(task, entry(1, { body: bytes(800) })))).toEqual(['PutItem 0/1']);
      expect(await count(() => metered.log.append(task, entry(2, { body: bytes(1000) })))).toEqual(['PutItem 0/2']);
      expect(await count(() => metered.log.append(task, entry(2, { body: bytes(1000) })))).toEqual(['PutItem 0/2']);
      // One unit more for each index.
      expect(await count(() => metered.log.append(task, entry(3, { body: bytes(100), late: 1, dead: 1 })))).toEqual(['PutItem 0/3']);
      // 1,900 bytes and three times some 200: within 4 KB together.
      expect(await count(() => metered.log.read(task, 1))).toEqual(['Query 1/0']);
      expect(await count(() => metered.log.read(task, 9))).toEqual(['Query 1/0']);
      expect(await count(() => metered.log.append(task, entry(4, { body: bytes(10_000) })))).toEqual(['PutItem 0/10']);
      // 12,500 bytes: 4 × 4 KB
      expect(await count(() => metered.log.read(task, 1))).toEqual(['Query 4/0']);
      // 350 KB and 50 KB in pieces, each with a key of its own, then the entry that names them.
      expect(await count(() => metered.log.append(task, entry(5, { body: bytes(400 * KB) })))).toEqual([
        'BatchWriteItem 0/402',
        'PutItem 0/1',
      ]);
      expect(await count(() => metered.log.read(task, 5))).toEqual(['Query 1/0', 'BatchGetItem 101/0']);
      expect(await count(() => metered.log.find('late', task, { limit: 5 }))).toEqual(['Query 0.5/0', 'BatchGetItem 0.5/0']);
      expect(await count(() => metered.tasks.register(task))).toEqual(['PutItem 0/1']);
      // Whoever merges or reads must see every task, window and page there is: strong reads.
      expect(await count(() => metered.tasks.list(task))).toEqual(['Query 1/0']);
      const bounds = { from: T0, to: T0 + 60_000 };
      expect(await count(() => metered.results.windows(view, { ...bounds, order: 'asc', limit: 5, now: T0 }))).toEqual(['Query 1/0']);
      expect(await count(() => metered.results.pages(view, { ...bounds, bits: 0, bucket: 0 }))).toEqual(['Query 1/0']);
      expect(await count(() => metered.tasks.progress(task))).toEqual(['GetItem 0.5/0']);
      expect(await count(() => metered.tasks.progress(task, { consistent: true }))).toEqual(['GetItem 1/0']);
      expect(await count(() => metered.tasks.raiseMergedThrough(task, 'v', 1))).toEqual(['UpdateItem 0/1']);
      expect(await count(() => metered.tasks.countAttempt(task, '1', T0))).toEqual(['UpdateItem 0/1']);
      expect(await count(() => metered.checkpoints.manifest(task))).toEqual(['GetItem 1/0']);
      expect(await count(() => metered.checkpoints.putBucket(task, 'b', bytes(5000)))).toEqual(['PutItem 0/5']);
      expect(await count(() => metered.checkpoints.buckets(task, ['b', 'gone']))).toEqual(['BatchGetItem 3/0']);
      // Changing one attribute of an item costs what writing all of it does.
      expect(await count(() => metered.checkpoints.expireBuckets(task, ['b'], T0))).toEqual(['UpdateItem 0/5']);
      const rows = Array.from({ length: 30 }, (_, i) => ({ key: `${i}`, start: T0, end: T0 + 60_000, values: { i }, expiresAt: T0 }));
      const requests = await count(() => metered.results.putRows(view, rows));
      // They are under way together.
      expect(requests.sort()).toEqual(['BatchWriteItem 0/25', 'BatchWriteItem 0/5']);
      expect(meter.requests).toEqual([]);
    });

    it('commits a batch that closes nothing in two requests, whatever it holds', async () => {
      const task = newTask();
      await store.log.append(task, entry(1));
      const meter = new RecordingMeter();
      const metered = store.metered(meter);
      const [last] = await metered.log.read(task, 1);
      await metered.log.append(task, entry((last as StoredEntry).index + 1, { body: bytes(300 * KB) }));
      expect(meter.take()).toEqual(['Query 1/0', 'PutItem 0/301']);
    });
  });
}

const LONG_X = '91770e9545271c9ccfb3bdd2ff182292b9be6a897331c97c976f71e9c425e578';

function entry(index: number, change: Partial<StoredEntry> = {}): StoredEntry {
  return {
    index,
    nonce: `nonce-${index}`,
    body: bytes(10, 1),
    committedAt: T0 + index,
    expiresAt: T0 + 30 * DAY,
    late: 0,
    dead: 0,
    ...change,
  };
}

/** Bytes that differ with `seed` and do not repeat soon. */
function bytes(length: number, seed = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 7 + seed * 13) & 0xff);
}

function same(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && Buffer.compare(a, b) === 0;
}
