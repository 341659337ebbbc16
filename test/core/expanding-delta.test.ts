import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/column.ts';
import { application, view } from '../../lib/dsl/application.ts';
import { sql } from '../../lib/dsl/sql.ts';
import { stream } from '../../lib/dsl/stream.ts';
import { global, hopping, session, tumbling } from '../../lib/dsl/window.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const START = Date.UTC(2026, 0, 1);
const at = (second: number): string => new Date(START + second * 1000).toISOString();

interface Order {
  readonly at: string;
  readonly items: readonly { readonly sku: string; readonly n: number }[];
}

const drawnOrders = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 200 }).map(at),
    items: fc.array(fc.record({ sku: fc.constantFrom('a', 'b', 'c'), n: fc.integer({ min: -5, max: 5 }) }), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const WINDOWS = { tumbling: tumbling('1 minute'), hopping: hopping('2 minutes', '1 minute'), session: session('20 seconds') } as const;

const ROWS = { columns: { sku: 'text', n: 'bigint' } } as const;

/** The views, over the items of orders, or over a stream that has them one by one. */
function views(items: ReturnType<typeof flow>) {
  return Object.entries(WINDOWS).map(([name, window]) =>
    view(
      name,
      items
        .filter(({ n }) => n !== 0)
        .keyBy('sku')
        .window(window)
        .aggregate((a) => ({
          rows: a.count(),
          total: a.sum('n'),
          least: a.min('n'),
          first: a.first('n'),
          last: a.last('n'),
          all: a.arrayAgg('n'),
        })),
    ),
  );
}

function flow() {
  const orders = stream('orders', { columns: { items: 'jsonb', at: 'timestamptz' }, eventTime: 'at', maxOutOfOrderness: '4 minutes' });
  return orders.flatMap((order) => (order.items as Order['items']).map(({ sku, n }) => ({ sku, n })), ROWS);
}

function oneByOne() {
  const items = stream('items', {
    columns: { sku: 'text', n: 'bigint', at: 'timestamptz' },
    eventTime: 'at',
    maxOutOfOrderness: '4 minutes',
  });
  return items.map(({ sku, n }) => ({ sku, n }), ROWS);
}

async function rowsOf(
  all: ReturnType<typeof views>,
  name: string,
  batches: readonly (readonly unknown[])[],
): Promise<readonly (readonly Row[])[]> {
  const driver = await createTestDriver(application('shop', { views: all }), { now: START });
  for (const batch of batches) await driver.put(name, batch);
  await driver.advance('20 minutes');
  return Promise.all(Object.keys(WINDOWS).map(async (each) => [...(await driver.rows(each))]));
}

describe('flatMap', () => {
  it('gives what a stream gives that has the rows one by one, however it is cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(drawnOrders, fc.integer({ min: 1, max: 12 }), async (orders, cut) => {
        const items = orders.map((order) => order.items.map((item) => ({ ...item, at: order.at })));
        const expected = await rowsOf(views(oneByOne()), 'items', [items.flat()]);
        expect(await rowsOf(views(flow()), 'orders', [orders.slice(0, cut), orders.slice(cut)])).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('makes the event late, or dead, as a whole', async () => {
    const orders = stream('orders', { columns: { items: 'jsonb', at: 'timestamptz' }, eventTime: 'at', maxOutOfOrderness: '0 seconds' });
    const counted = orders
      .flatMap(({ items }) => (items as Order['items']).map(({ sku, n }) => ({ sku, n: n / (n === 7 ? (undefined as never) : 1) })), {
        columns: { sku: 'text', n: 'bigint' },
      })
      .keyBy('sku')
      .window(global(), { maxKeys: 2 })
      .aggregate((a) => ({ n: a.count(), total: a.sum('n') }));
    const driver = await createTestDriver(application('shop', { views: [view('per_sku', counted)] }), { now: START });
    const order = (...items: [string, number][]) => ({ at: at(0), items: items.map(([sku, n]) => ({ sku, n })) });
    await driver.put('orders', [
      order(['a', 1], ['a', 2]),
      // Two keys more, where there is room for one.
      order(['b', 1], ['c', 1]),
      { at: at(0), items: 'none' },
      order(['b', 1], ['a', 4]),
    ]);
    expect(await driver.rows('per_sku')).toMatchObject([
      { sku: 'a', n: 3, total: 7 },
      { sku: 'b', n: 1, total: 1 },
    ]);
    expect((await driver.deadLetters('orders')).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('processing failed'),
      expect.stringContaining('holds 2 keys'),
    ]);
  });
});

describe('CROSS JOIN of an array', () => {
  const DECLARED = `CREATE TABLE orders (id text, doc jsonb, at timestamptz NOT NULL) WITH (event_time = 'at');`;
  const orders = [
    {
      id: 'o1',
      at: at(1),
      doc: {
        items: [
          { sku: 'a', n: 2, tags: ['x', 'y'] },
          { sku: 'b', n: 1 },
        ],
      },
    },
    { id: 'o2', at: at(2), doc: { items: [{ sku: 'a', n: 5, tags: ['x'] }] } },
    { id: 'o3', at: at(3), doc: {} },
    { id: 'o4', at: at(4), doc: { items: [] } },
    { id: 'o5', at: at(5), doc: { items: 7 } },
  ];

  async function rows(statement: string) {
    const driver = await createTestDriver(application('shop', { sql: sql(`${DECLARED} ${statement}`) }), { now: START });
    await driver.put('orders', orders);
    await driver.advance('20 minutes');
    return { rows: await driver.rows('result'), dead: (await driver.deadLetters('orders')).length };
  }

  it.each([
    ["CROSS JOIN LATERAL jsonb_array_elements(doc->'items') AS item", 'item'],
    ["CROSS JOIN jsonb_array_elements(doc->'items') AS i(item)", 'i.item'],
    [", jsonb_array_elements(doc->'items') AS item", 'item'],
    ["CROSS JOIN UNNEST(doc->'items') AS t(item)", 't.item'],
  ])('is a row for each element: %s', async (join, item) => {
    const found = await rows(`SELECT ${item}->>'sku' AS sku, window_start, window_end, count(*) AS lines, sum((${item}->>'n')::bigint) AS n
      FROM TUMBLE(orders, at, INTERVAL '1 minute') ${join} WHERE ${item}->>'sku' <> 'z' GROUP BY ${item}->>'sku', window_start, window_end`);
    expect(found.rows).toMatchObject([
      { sku: 'a', lines: 2, n: 7 },
      { sku: 'b', lines: 1, n: 1 },
    ]);
    expect(found.dead).toBe(1);
  });

  it('may be of arrays within elements', async () => {
    const found = await rows(`SELECT tag #>> '{}' AS tag, count(*) AS n FROM orders
      CROSS JOIN jsonb_array_elements(doc->'items') AS item CROSS JOIN jsonb_array_elements(item->'tags') AS tag GROUP BY tag #>> '{}'`);
    expect(found.rows).toMatchObject([
      { tag: 'x', n: 2 },
      { tag: 'y', n: 1 },
    ]);
  });

  it('keeps single rows apart by part', async () => {
    const found = await rows(`SELECT id, item->>'sku' AS sku FROM orders CROSS JOIN jsonb_array_elements(doc->'items') AS item`);
    expect(found.rows.map(({ id, sku }) => [id, sku]).toSorted()).toEqual([
      ['o1', 'a'],
      ['o1', 'b'],
      ['o2', 'a'],
    ]);
  });

  it.each([
    ["SELECT count(*) AS n FROM orders LEFT JOIN jsonb_array_elements(doc->'items') AS item ON true", 'only a CROSS JOIN'],
    ['SELECT count(*) AS n FROM orders CROSS JOIN jsonb_array_elements(id) AS item', 'takes jsonb, not text'],
    ['SELECT count(*) AS n FROM orders, orders', 'several tables separated by commas'],
  ])('is refused otherwise: %s', async (statement, expected) => {
    await expect(rows(statement)).rejects.toThrow(expected);
  });
});
