import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '../../lib/store/ports.ts';
import { RecordingMeter, STORES, type StoreUnderTest } from '../support/stores.ts';

let unders: StoreUnderTest[];
beforeAll(async () => {
  unders = await Promise.all(STORES.map(([, start]) => start()));
});
afterAll(() => Promise.all(unders.map((under) => under.stop())));

const small = fc.integer({ min: 1, max: 4 });
const name = fc.constantFrom('a', 'b', '__proto__', 'é😀', 'a#b', 'status');
const instant = fc.integer({ min: -3, max: 3 }).map((n) => n * 60_000);
const body = fc
  .record({ size: fc.oneof({ weight: 8, arbitrary: fc.nat(5_000) }, { weight: 1, arbitrary: fc.constant(360_000) }), fill: fc.nat(255) })
  .map(({ size, fill }) => new Uint8Array(size).fill(fill));
const row = fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.jsonValue(), fc.double(), fc.string({ unit: 'binary' })));

/** One call to a store; `tasks` and `views` give names that only this sequence uses. */
type Call = (store: Store, application: string) => Promise<unknown>;

const call: fc.Arbitrary<{ readonly says: string; readonly call: Call }> = fc.oneof(
  of('append', { shard: name, index: small, nonce: name, body, at: instant, late: fc.nat(1), dead: fc.nat(1) }, (store, application, a) => {
    const { shard, index, nonce, body, at, late, dead } = a;
    return store.log.append(task(application, shard), { index, nonce, body, committedAt: at, expiresAt: at + 5, late, dead });
  }),
  of('read', { shard: name, from: small }, (store, application, { shard, from }) => store.log.read(task(application, shard), from)),
  of('find', { what: fc.constantFrom('late', 'dead'), limit: small }, async (store, application, { what, limit }) => {
    const pages: unknown[] = [];
    let page = await store.log.find(what as 'late', task(application, ''), { limit });
    for (pages.push(page); page.next !== undefined; pages.push(page)) {
      page = await store.log.find(what as 'late', task(application, ''), { limit, before: page.next });
    }
    return pages;
  }),
  of('manifest', { shard: name }, (store, application, { shard }) => store.checkpoints.manifest(task(application, shard))),
  of('putBucket', { shard: name, id: name, body }, (store, application, { shard, id, body }) =>
    store.checkpoints.putBucket(task(application, shard), id, body),
  ),
  of('buckets', { shard: name, ids: fc.array(name) }, (store, application, { shard, ids }) =>
    store.checkpoints.buckets(task(application, shard), ids),
  ),
  of('expireBuckets', { shard: name, ids: fc.uniqueArray(name), at: instant }, (store, application, { shard, ids, at }) =>
    // In one order, since requests sent together are metered as their answers come.
    ids.reduce((before, id) => before.then(() => store.checkpoints.expireBuckets(task(application, shard), [id], at)), Promise.resolve()),
  ),
  of(
    'putManifest',
    { shard: name, index: small, nonce: name, head: body, buckets: fc.array(name), before: fc.option(small), by: name },
    (store, application, { shard, index, nonce, head, buckets, before, by }) => {
      const manifest = { index, nonce, head: head.subarray(0, 5_000), buckets };
      return store.checkpoints.putManifest(
        task(application, shard),
        manifest,
        before === null ? undefined : { ...manifest, index: before, nonce: by },
      );
    },
  ),
  of('register', { shard: name }, (store, application, { shard }) => store.tasks.register(task(application, shard))),
  of('list', {}, (store, application) => store.tasks.list(task(application, ''))),
  of('progress', { consistent: fc.boolean() }, (store, application, options) => store.tasks.progress(task(application, ''), options)),
  of('setListed', {}, (store, application) => store.tasks.setListed(task(application, ''))),
  of('setIdentity', {}, (store, application) => store.tasks.setIdentity(task(application, ''), 'arn:aws:kinesis:…, created 2026')),
  of('raiseMergedThrough', { view: name, watermark: fc.oneof(instant, fc.integer()) }, (store, application, { view, watermark }) =>
    store.tasks.raiseMergedThrough(task(application, ''), view, watermark),
  ),
  of('countAttempt', { shard: name, sequence: name, at: instant }, (store, application, { shard, sequence, at }) =>
    store.tasks.countAttempt(task(application, shard), sequence, at),
  ),
  of('noteRefusal', { shard: name, after: name, at: instant }, (store, application, { shard, after, at }) =>
    store.tasks.noteRefusal(task(application, shard), { after, at, version: '1', reason: 'not JSON' }),
  ),
  of('refusals', {}, (store, application) => store.tasks.refusals(task(application, ''))),
  of(
    'putPages',
    { view: name, bits: small, bucket: small, start: instant, body },
    (store, application, { view, bits, bucket, start, body }) =>
      store.results.putPages({ application, view }, [{ bits, bucket, start, end: start + 60_000, body, expiresAt: start }]),
  ),
  of('pages', { view: name, bits: small, bucket: small, from: instant, to: instant }, (store, application, { view, ...at }) =>
    store.results.pages({ application, view }, at),
  ),
  of('putWindow', { view: name, bits: small, keys: fc.nat(), start: instant, keep: instant }, (store, application, { view, keep, ...w }) =>
    store.results.putWindow({ application, view }, { ...w, end: w.start + 60_000, expiresAt: w.start + keep }),
  ),
  of(
    'windows',
    { view: name, from: instant, to: instant, order: fc.constantFrom('asc', 'desc'), limit: small, now: instant },
    (store, application, { view, order, ...range }) => store.results.windows({ application, view }, { ...range, order: order as 'asc' }),
  ),
  of(
    'putRows',
    { view: name, key: fc.string({ unit: 'binary' }), start: instant, values: row },
    (store, application, { view, key, start, values }) =>
      store.results.putRows({ application, view }, [{ key, start, end: start + 60_000, values, expiresAt: start }]),
  ),
);

let runs = 0;

it('answers any sequence of calls, and counts its units, alike in memory and on DynamoDB', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 40, size: 'max' }), async (calls) => {
      const application = `app-${++runs}`;
      const meters = unders.map(() => new RecordingMeter());
      const stores = unders.map(({ store }, i) => store.metered(meters[i] as RecordingMeter));
      for (const { says, call } of calls) {
        const [first, second] = await Promise.all(stores.map((store) => call(store, application)));
        expect(second, says).toEqual(first);
        expect(meters[1]?.take(), says).toEqual(meters[0]?.take());
      }
    }),
    { numRuns: 40 },
  );
});

function task(application: string, shard: string) {
  return { application, stream: 'clicks', shard };
}

function of<T>(
  says: string,
  model: { [K in keyof T]: fc.Arbitrary<T[K]> },
  run: (store: Store, application: string, given: T) => Promise<unknown>,
): fc.Arbitrary<{ says: string; call: Call }> {
  return fc.record(model).map((given) => ({
    says: `${says} ${fc.stringify(given).slice(0, 300)}`,
    call: (store, application) => run(store, application, given as T),
  }));
}
