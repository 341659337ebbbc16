import { describe, expect, it } from 'vitest';
import type { StoredEntry } from '../../../lib/store/ports.ts';
import type { Given } from './given.ts';
import { bytes, DAY, entry, KB, same, T0 } from './samples.ts';

/** Entries, and finding those that hold late events and dead letters. */
export function describeLog(given: Given): void {
  const { newTask } = given;
  describe('log', () => {
    it('reads entries from an index on, in order, with everything they were given', async () => {
      const task = newTask();
      const entries = [1, 2, 3, 10, 11].map((index) => entry(index, { late: index % 2, dead: index === 3 ? 4 : 0 }));
      for (const e of entries) expect(await given.store.log.append(task, e)).toBe(true);
      expect(await given.store.log.read(task, 1)).toEqual(entries);
      expect(await given.store.log.read(task, 3)).toEqual(entries.slice(2));
      expect(await given.store.log.read(task, 12)).toEqual([]);
      expect(await given.store.log.read({ ...task, shard: 's2' }, 1)).toEqual([]);
    });

    it('gives one index to exactly one of many writers', async () => {
      const task = newTask();
      for (let index = 1; index <= 5; index++) {
        const nonces = ['a', 'b', 'c', 'd', 'e', 'f'];
        const answers = await Promise.all(nonces.map((nonce) => given.store.log.append(task, entry(index, { nonce }))));
        expect(answers.filter(Boolean)).toHaveLength(1);
        const [stored] = await given.store.log.read(task, index);
        expect(stored?.nonce).toBe(nonces[answers.indexOf(true)]);
      }
    });

    it('does not change an entry that is there', async () => {
      const task = newTask();
      const first = entry(1);
      await given.store.log.append(task, first);
      expect(await given.store.log.append(task, first)).toBe(false);
      expect(await given.store.log.append(task, entry(1, { nonce: 'other', body: bytes(5, 9) }))).toBe(false);
      expect(await given.store.log.read(task, 1)).toEqual([first]);
    });

    it('reads a log of more than 1 MB whole', async () => {
      const task = newTask();
      const entries = Array.from({ length: 12 }, (_, i) => entry(i + 1, { body: bytes(300 * KB, i) }));
      for (const e of entries) await given.store.log.append(task, e);
      const read = await given.store.log.read(task, 2);
      expect(read.map(({ index }) => index)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(read.every(({ body }, i) => same(body, (entries[i + 1] as StoredEntry).body))).toBe(true);
    });

    it.each([350 * KB, 350 * KB + 1, 400 * KB, 700 * KB, 2_500_000])('keeps an entry of %i bytes, and one of two writers', async (size) => {
      const task = newTask();
      const [a, b] = [entry(1, { nonce: 'a', body: bytes(size, 1) }), entry(1, { nonce: 'b', body: bytes(size, 2) })];
      const answers = await Promise.all([given.store.log.append(task, a), given.store.log.append(task, b)]);
      expect([...answers].sort()).toEqual([false, true]);
      const winner = answers[0] ? a : b;
      const [read, ...more] = await given.store.log.read(task, 1);
      expect(more).toEqual([]);
      expect(read?.nonce).toBe(winner.nonce);
      expect(same(read?.body, winner.body)).toBe(true);
    });

    it('keeps an empty body', async () => {
      const task = newTask();
      await given.store.log.append(task, entry(1, { body: new Uint8Array() }));
      expect((await given.store.log.read(task, 1))[0]?.body).toEqual(new Uint8Array());
    });

    it('lets an entry expire before its parts', async () => {
      const task = newTask();
      await given.store.log.append(task, entry(1, { body: bytes(500 * KB, 1), expiresAt: T0 }));
      await given.under.expire(T0 + DAY);
      expect(await given.store.log.read(task, 1)).toEqual([]);
    });

    it('shares no bytes with its callers', async () => {
      const task = newTask();
      const mine = entry(1, { body: bytes(8, 1) });
      await given.store.log.append(task, mine);
      mine.body.fill(7);
      const [first] = await given.store.log.read(task, 1);
      first?.body.fill(9);
      expect((await given.store.log.read(task, 1))[0]?.body).toEqual(bytes(8, 1));
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
          await given.store.log.append(
            { ...task, shard },
            entry(index, { nonce: `${shard}-${index}`, committedAt: at, late: e.late, dead: e.dead }),
          );
        }
      }
      await given.store.log.append({ ...task, stream: 'other' }, entry(1, { late: 1, dead: 1 }));
      for (const what of ['late', 'dead'] as const) {
        const expected = put
          .filter((e) => e[what] > 0)
          .sort((a, b) => b.at - a.at || (a.shard < b.shard ? 1 : -1))
          .map(({ shard, index, at, late, dead }) => ({ shard, index, nonce: `${shard}-${index}`, committedAt: at, late, dead }));
        for (const limit of [1, 2, 3, 5, expected.length, 100]) {
          const found: unknown[] = [];
          let before: string | undefined;
          for (let pages = 0; pages < 50; pages++) {
            const page = await given.store.log.find(what, task, { limit, ...(before === undefined ? {} : { before }) });
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
      for (let index = 1; index <= 4; index++) await given.store.log.append(task, entry(index, { committedAt: T0 + index, late: 1 }));
      const { entries } = await given.store.log.find('late', task, { limit: 10 });
      expect(entries.map(({ index }) => index)).toEqual([4, 3, 2, 1]);
      const rest = await given.store.log.find('late', task, { limit: 10, before: (entries[1] as { token: string }).token });
      expect(rest.entries.map(({ index }) => index)).toEqual([2, 1]);
      expect(rest.next).toBeUndefined();
    });

    it('finds entries of more than 400 KB', async () => {
      const task = newTask();
      const large = entry(1, { body: bytes(600 * KB, 3), dead: 1 });
      await given.store.log.append(task, large);
      const { entries } = await given.store.log.find('dead', task, { limit: 5 });
      expect(same(entries[0]?.body, large.body)).toBe(true);
    });

    it('keeps an entry past its expiry until it is deleted', async () => {
      const task = newTask();
      const e = entry(1, { expiresAt: T0 - DAY });
      await given.store.log.append(task, e);
      await given.store.log.append(task, entry(2, { expiresAt: T0 + DAY, late: 1 }));
      expect(await given.store.log.read(task, 1)).toHaveLength(2);
      await given.under.expire(T0);
      expect((await given.store.log.read(task, 1)).map(({ index }) => index)).toEqual([2]);
    });
  });
}
