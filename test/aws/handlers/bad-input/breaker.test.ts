import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../../../lib/store/memory/memory-store.ts';
import type { Store } from '../../../../lib/store/ports.ts';
import { createStack, environment, START } from '../stack.ts';
import { deadLetters, iso, STREAMS, sale, sales, shopOf, taken } from './sales.ts';

const bad = (count: number): string => `[${Array<string>(count).fill('{}').join()}]`;

describe('the breaker', () => {
  it('is not held open by one record, however many bad events it holds', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    expect(await stack.aggregate(stack.records(sale('/a', 1), bad(5000), sale('/a', 2)))).toEqual(taken);
    // Nor does it make the next bad record one too many.
    expect(await stack.aggregate(stack.records(sale('/a', 4), '{}', sale('/a', 8)))).toEqual(taken);
    expect(await stack.aggregate(stack.records(bad(300)))).toEqual(taken);
    expect(await sales(stack)).toEqual({ '/a': 15 });
    expect((await stack.get('/v1/health')).body).toContain('"dead":5301');
    expect((await deadLetters(stack)).at(0)).toMatchObject({ sequence: '107' });
  });

  it('counts a record as dead when most of its events are', async () => {
    const mixed = (good: number, dead: number): string =>
      `[${[...Array<string>(good).fill(sale('/a', 1)), ...Array<string>(dead).fill('{}')].join()}]`;
    const drained = createStack({ application: shopOf(STREAMS['columns alone']) });
    expect(await drained.aggregate(drained.records(...Array<string>(150).fill(mixed(4, 6))))).not.toEqual(taken);
    const mended = createStack({ application: shopOf(STREAMS['columns alone']) });
    expect(await mended.aggregate(mended.records(...Array<string>(150).fill(mixed(6, 4))))).toEqual(taken);
  });

  it('says what is wrong with them without quoting them', async () => {
    const bad = ['{"page":"SECRET","n":"SECRET"}', 'SECRET', '{"page":{"card":"SECRET"},"n":1,"at":"SECRET"}'];
    for (const definition of Object.values(STREAMS)) {
      for (const payload of bad) {
        const stack = createStack({ application: shopOf(definition) });
        expect(await stack.aggregate(stack.records(...Array<string>(200).fill(payload)))).not.toEqual(taken);
        const told = JSON.stringify(stack.told);
        expect(told).toContain('dead letters (the newest: ');
        expect(told).not.toContain('SECRET');
      }
    }
  });

  it('lets few bad records pass, though nothing else came', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    expect(await stack.aggregate(stack.records(...Array<string>(99).fill('{}')))).toEqual(taken);
    expect(await stack.aggregate(stack.records('{}'))).not.toEqual(taken);
  });

  it('remembers the batches before, of this version, and lets the next version try', async () => {
    const app = shopOf(STREAMS['columns alone']);
    const stack = createStack({ application: app });
    const batches = [stack.records(...Array<string>(60).fill('{}')), stack.records(...Array<string>(60).fill('{}'))] as const;
    expect(await stack.aggregate(batches[0])).toEqual(taken);
    expect(await stack.aggregate(batches[1])).not.toEqual(taken);
    const next = createStack({ application: app, store: stack.store, clock: stack.clock, environment: { ...environment, version: '2' } });
    expect(await next.aggregate(batches[1])).toEqual(taken);
  });

  it('counts no batch of a version before with those of this one', async () => {
    const app = shopOf(STREAMS['columns alone']);
    const before = createStack({ application: app });
    const batch = (count: number) => before.records(...Array<string>(count).fill('{}'));
    expect(await before.aggregate(batch(60))).toEqual(taken);
    const next = createStack({ application: app, store: before.store, clock: before.clock, environment: { ...environment, version: '2' } });
    // 60 of the version before and 90 of this one: a hundred of one version would be too many.
    for (const count of [30, 30, 30]) expect(await next.aggregate(batch(count))).toEqual(taken);
    expect(await next.aggregate(batch(10))).not.toEqual(taken);
  });

  it('looks at the last thousand records: what was good long ago does not count', async () => {
    const stack = createStack({ application: shopOf(STREAMS['columns alone']) });
    expect(await stack.aggregate(stack.records(...Array<string>(5000).fill(sale('/a', 1))))).toEqual(taken);
    expect(await stack.aggregate(stack.records(...Array<string>(600).fill('{}'), ...Array<string>(600).fill(sale('/a', 1))))).toEqual(
      taken,
    );
    expect(await stack.aggregate(stack.records(...Array<string>(1300).fill('{}')))).not.toEqual(taken);
  });

  it('tells of a shard that stands still, since when and why, until it goes on', async () => {
    const application = shopOf(STREAMS['columns alone']);
    const stack = createStack({ application });
    const breaker = async () => JSON.parse((await stack.get('/v1/health')).body).streams[0].shards[0].breaker;
    expect(await stack.aggregate(stack.records(sale('/a', 1)))).toEqual(taken);
    expect(await breaker()).toBeNull();
    const batch = stack.records(...Array<string>(200).fill('SECRET'));
    expect(await stack.aggregate(batch)).not.toEqual(taken);
    const said = { since: iso(0), last_refused: iso(0), version: '1', reason: 'not JSON' };
    expect(await breaker()).toEqual(said);
    // Noted once a minute, though it comes again all the time.
    for (const seconds of [20, 40, 60, 80]) {
      stack.clock.at = START + seconds * 1000;
      expect(await stack.aggregate(batch)).not.toEqual(taken);
    }
    expect(await breaker()).toEqual({ ...said, last_refused: iso(60) });
    // Another version refuses it for another reason: the shard has stood still all the while.
    const next = createStack({ application, store: stack.store, clock: stack.clock, environment: { ...environment, version: '2' } });
    const other = stack.records(...Array<string>(200).fill('{}'));
    expect(await next.aggregate(other)).not.toEqual(taken);
    expect(await breaker()).toMatchObject({ since: iso(0), last_refused: iso(80), version: '2' });
    expect((await breaker()).reason).not.toBe('not JSON');
    expect(await next.aggregate(stack.records(sale('/a', 2)))).toEqual(taken);
    expect(await breaker()).toBeNull();
  });

  it('refuses a batch for the same reason when that cannot be noted', async () => {
    const store = createMemoryStore();
    const failing = (some: Store): Store => ({
      ...some,
      metered: (meter) => failing(some.metered(meter)),
      tasks: { ...some.tasks, noteRefusal: () => Promise.reject(new Error('the table refused it')) },
    });
    const stack = createStack({ application: shopOf(STREAMS['columns alone']), store: failing(store) });
    const batch = stack.records(...Array<string>(200).fill('{}'));
    expect(await stack.aggregate(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(stack.told.errors).toEqual([expect.stringContaining('200 of the last 200 records are dead letters')]);
    expect(stack.told.measures).toContainEqual({ stream: 'clicks', measures: { BreakerOpen: 1 } });
  });
});
