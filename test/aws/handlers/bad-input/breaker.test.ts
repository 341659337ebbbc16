import { describe, expect, it } from 'vitest';
import { createStack, environment } from '../stack.ts';
import { deadLetters, STREAMS, sale, sales, shopOf, taken } from './sales.ts';

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
});
