import { describe, expect, it } from 'vitest';
import { sum } from '../../../lib/core/accumulators/sum.ts';
import type { Column, ColumnType } from '../../../lib/core/column.ts';
import { application, compile, cumulate, stream, tumbling, view } from '../../../lib/index.ts';
import { valuesAdder } from '../../../lib/plan/adder.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { Relation, Scan } from '../../../lib/plan/relation.ts';
import { TestDriver } from '../../../lib/testing/test-driver.ts';

const T0 = Date.parse('2026-01-01T10:00:00Z');
const time = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString();
const column = (name: string, type: ColumnType = 'bigint'): Column => ({ name, type, nullable: false });

const sales = stream('sales', {
  columns: { item: 'text', price: 'bigint', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: 0,
});
const perMinute = view(
  'per_minute',
  sales
    .keyBy('item')
    .window(tumbling('1 minute'))
    .aggregate((a) => ({ total: a.sum('price') })),
);

const soFar = view(
  'so_far',
  sales
    .keyBy('item')
    .window(cumulate('3 minutes', '1 minute'))
    .aggregate((a) => ({ total: a.sum('price') })),
);

const scan: Scan = {
  kind: 'scan',
  view: 'per_minute',
  columns: [column('item', 'text'), column('window_start', 'timestamptz'), column('window_end', 'timestamptz'), column('total')],
};
const ranked: Relation = {
  kind: 'rank',
  input: scan,
  function: 'row_number',
  partitionBy: [],
  orderBy: [{ value: (row) => row.total, descending: true, nullsFirst: false }],
  as: 'place',
  columns: [...scan.columns, column('place')],
};
const best: Relation = { kind: 'filter', input: ranked, predicate: (row) => (row.place as number) <= 1, columns: ranked.columns };
/** Windows over windowed results: three minutes of minutes, by their start. */
const threes: Relation = {
  kind: 'regroup',
  input: scan,
  key: [],
  window: {
    spec: { kind: 'tumbling', size: 180_000, slide: 180_000, offset: 0 },
    time: (row) => Date.parse(row.window_start as string),
    ahead: 60_000,
  },
  aggregates: [
    {
      name: 'total',
      type: 'bigint',
      nullable: true,
      accumulator: sum,
      add: valuesAdder(sum, [{ column: column('total'), checked: true }]),
    },
  ],
  columns: [column('window_start', 'timestamptz'), column('window_end', 'timestamptz'), column('total')],
};
const everything: Relation = { ...threes, window: undefined, columns: [column('total')] };

async function driverOf(relation: Relation, key: readonly Column[] = []): Promise<TestDriver> {
  const plan = await compile(application('shop', { views: [perMinute, soFar] }));
  const derived = [{ name: 'derived', relation, key, columns: relation.columns, fingerprint: '1' }];
  const asksNothing = () => Promise.reject(new Error('no SQL here'));
  const driver = new TestDriver({ ...plan, derived } satisfies Plan, { bind: asksNothing, now: T0, shards: 1 });
  await driver.advance(0);
  return driver;
}

const sale = (item: string, price: number, minutes: number) => ({ item, price, at: time(minutes) });

describe('a derived view', () => {
  it('has the best of each window, open and final, as new sales come in', async () => {
    const driver = await driverOf(best, [column('item', 'text')]);
    await driver.put('sales', [sale('a', 5, 0), sale('b', 3, 0.2), sale('b', 1, 1)], { arrival: time(1) });
    const row = (minute: number, item: string, total: number, final: boolean) => ({
      item,
      total,
      place: 1,
      window_start: time(minute),
      window_end: time(minute + 1),
      final,
    });
    expect(await driver.rows('derived')).toEqual([row(0, 'a', 5, true), row(1, 'b', 1, false)]);
    await driver.put('sales', [sale('a', 9, 1.5)], { arrival: time(1.5) });
    expect(await driver.rows('derived')).toEqual([row(0, 'a', 5, true), row(1, 'a', 9, false)]);
    driver.restart();
    expect(await driver.rows('derived', { key: { item: 'b' } })).toEqual([]);
    expect(await driver.rows('derived', { window: time(1) })).toEqual([row(1, 'a', 9, false)]);
    expect(await driver.rows('derived', { window: 'latest_final' })).toEqual([row(0, 'a', 5, true)]);
  });

  it('aggregates windows in larger ones, final once the last of them is', async () => {
    const driver = await driverOf(threes);
    const minutes = [-4, -3, -1, 0, 1, 2, 3, 5, 6];
    for (const [i, minute] of minutes.entries())
      await driver.put('sales', [sale('a', 2 ** i, minute)], { arrival: time(Math.max(minute, 0)) });
    // |-6 … -3|-3 … 0|0 … 3|3 … 6|6 …: minute 6 has begun, so minute 5 is final and with it the window that ends at 6.
    const row = (minute: number, total: number, final: boolean) => ({
      window_start: time(minute),
      window_end: time(minute + 3),
      total,
      final,
    });
    expect(await driver.rows('derived')).toEqual([
      row(-6, 1, true),
      row(-3, 2 + 4, true),
      row(0, 8 + 16 + 32, true),
      row(3, 64 + 128, false),
      row(6, 256, false),
    ]);
    await driver.put('sales', [sale('a', 512, 7)], { arrival: time(7) });
    expect((await driver.rows('derived', { window: time(3) })).map(({ final }) => final)).toEqual([true]);
  });

  it('aggregates all windows together: a running result, never final', async () => {
    const driver = await driverOf(everything);
    expect(await driver.rows('derived')).toEqual([{ total: null, final: false }]);
    await driver.put('sales', [sale('a', 1, 0), sale('b', 2, 3)], { arrival: time(3) });
    expect(await driver.rows('derived')).toEqual([{ total: 3, final: false }]);
  });

  it('has the same latest window as the view it reads, where windows begin together', async () => {
    const driver = await driverOf({ ...scan, view: 'so_far' });
    await driver.advance('90 seconds');
    await driver.put('sales', [sale('a', 5, 0.5), sale('b', 1, 1.5)]);
    // |0 … 1| is over, |0 … 2| is going on, |0 … 3| goes on as well: the one that is going on ends first.
    const latest = await driver.rows('derived', { window: 'latest' });
    expect(latest.map(({ window_end }) => window_end)).toEqual([time(2), time(2)]);
    expect(latest).toEqual(await driver.rows('so_far', { window: 'latest' }));
  });

  it('is read to the end, however many windows it has', async () => {
    const driver = await driverOf(scan, [column('item', 'text')]);
    const count = 130;
    const events = Array.from({ length: count }, (_, i) => sale(i % 2 === 0 ? 'a' : 'b', i, i));
    await driver.put('sales', events, { arrival: time(count) });
    expect((await driver.rows('derived')).map(({ total }) => total)).toEqual(events.map(({ price }) => price));
    const odd = events.map(({ price }) => price).filter((price) => price % 2 === 1);
    expect((await driver.rows('derived', { key: { item: 'b' } })).map(({ total }) => total)).toEqual(odd);
  });
});
