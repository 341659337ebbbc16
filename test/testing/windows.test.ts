import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  application,
  calendar,
  cumulate,
  global,
  hopping,
  session,
  stagger,
  stream,
  tumbling,
  view,
  type WindowDefinition,
} from '../../lib/index.ts';
import { createTestDriver } from '../../lib/testing/test-driver.ts';

const T0 = Date.parse('2026-01-01T00:00:00Z');
const at = (minutes: number): string => new Date(T0 + minutes * 60_000).toISOString();

const sales = stream('sales', {
  columns: { item: 'text', price: 'bigint', at: 'timestamptz' },
  eventTime: 'at',
  maxOutOfOrderness: '10 minutes',
});

function shop(window: WindowDefinition, options = {}) {
  return application('shop', {
    views: [
      view(
        'v',
        sales
          .keyBy('item')
          .window(window, options)
          .aggregate((a) => ({ total: a.sum('price') })),
      ),
    ],
  });
}

const sale = (minutes: number, price: number, item = 'a') => ({ item, price, at: at(minutes) });

/** `[start, end, total, final]` of a driver's rows, in minutes. */
const outline = (rows: readonly Record<string, unknown>[]): unknown[][] =>
  rows.map(({ window_start, window_end, total, final }) => [
    ...[window_start, window_end].map((time) => (time === undefined ? undefined : (Date.parse(time as string) - T0) / 60_000)),
    total,
    final,
  ]);

describe('cumulate windows', () => {
  //  minute  0        20        40        60
  //          1    2   4   8          16   |  32
  //          |--------|
  //          |------------------|
  //          |----------------------------|
  it('hold the result so far at every step', async () => {
    const driver = await createTestDriver(shop(cumulate('60 minutes', '20 minutes')), { now: at(0) });
    await driver.put('sales', [sale(0, 1), sale(15, 2), sale(20, 4), sale(30, 8), sale(55, 16)], { arrival: at(55) });
    // The watermark is at 45: two of the three are closed.
    expect(outline(await driver.rows('v'))).toEqual([
      [0, 20, 3, true],
      [0, 40, 15, true],
      [0, 60, 31, false],
    ]);
    // Late for one that ends at 40, in time for the one that ends at 60.
    await driver.put('sales', [sale(39, 64)], { arrival: at(55) });
    expect((await driver.late('v')).length).toBe(1);
    driver.restart();
    await driver.put('sales', [sale(75, 32)], { arrival: at(75) });
    expect(outline(await driver.rows('v'))).toEqual([
      [0, 20, 3, true],
      [0, 40, 15, true],
      [0, 60, 95, true],
      [60, 80, 32, false],
      [60, 100, 32, false],
      [60, 120, 32, false],
    ]);
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual(outline(await driver.rows('v')));
    // A start alone means the longest; the latest is the one that is going on.
    expect(outline(await driver.rows('v', { window: at(0) }))).toEqual([[0, 60, 95, true]]);
  });
});

describe('calendar windows', () => {
  it('are days of the zone, and close when they are over there', async () => {
    const app = shop(calendar('day', { timeZone: 'Asia/Tokyo' }));
    const driver = await createTestDriver(app, { now: at(0) });
    // Midnight in Tokyo is 15:00 UTC.
    await driver.put('sales', [sale(0, 1), sale(15 * 60 - 1, 2), sale(15 * 60, 4), sale(15 * 60 + 10, 8)], { arrival: at(15 * 60 + 10) });
    expect(outline(await driver.rows('v'))).toEqual([
      [-9 * 60, 15 * 60, 3, true],
      [15 * 60, 39 * 60, 12, false],
    ]);
  });
});

describe('sessions', () => {
  it('end one gap after their last event, and one event may make one of two', async () => {
    //  minute  0   10             40   50        70                100
    //          1    2              4              8
    //          |-------------)     |-----------------------------)
    //                        16
    const driver = await createTestDriver(shop(session('25 minutes')), { now: at(0) });
    await driver.put('sales', [sale(0, 1), sale(10, 2), sale(40, 4), sale(50, 32, 'b')], { arrival: at(50) });
    // The watermark is at 40: the first one is over, but boundaries lie 3 minutes and 7.5 seconds apart, the last at 37.5.
    expect(outline(await driver.rows('v'))).toEqual([
      [0, 35, 3, true],
      [40, 65, 4, false],
      [50, 75, 32, false],
    ]);
    // Late: it would be a session up to 30. In time: one up to 45, and that is the one from 40 on.
    await driver.put('sales', [sale(5, 64), sale(20, 16)], { arrival: at(50) });
    expect((await driver.late('v')).length).toBe(1);
    driver.restart();
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([
      [0, 35, 3, true],
      [20, 65, 20, false],
    ]);
    // Exactly one gap after the last event, at which the watermark stands: still the same session.
    await driver.put('sales', [sale(75, 128, 'c'), sale(65, 8)], { arrival: at(75) });
    expect(outline(await driver.rows('v', { window: at(20) }))).toEqual([[20, 90, 28, false]]);
    await driver.put('sales', [sale(120, 256)], { arrival: at(120) });
    expect(outline(await driver.rows('v'))).toEqual([
      [0, 35, 3, true],
      [20, 90, 28, true],
      [50, 75, 32, true],
      [75, 100, 128, true],
      [120, 145, 256, false],
    ]);
    expect(outline(await driver.rows('v', { window: 'latest_final' }))).toEqual([[75, 100, 128, true]]);
  });

  it('go on over shards, and are final once none of them can go on with them', async () => {
    //  minute   0    10   20   30   40   50   60   70
    //  shard 0  1                        |             a's part is over at 20
    //  shard 1        2         4         8            and holds the session open
    const driver = await createTestDriver(shop(session('20 minutes')), { now: at(0), shards: 2 });
    await driver.put('sales', [sale(0, 1), sale(65, 100, 'b')], { arrival: at(65), shard: 0 });
    await driver.put('sales', [sale(15, 2), sale(30, 4), sale(45, 8), sale(65, 200, 'c')], { arrival: at(65), shard: 1 });
    await driver.advance(0);
    // Both watermarks are at 55.
    const open = [
      [0, 65, 15, false],
      [65, 85, 100, false],
      [65, 85, 200, false],
    ];
    expect(outline(await driver.rows('v'))).toEqual(open);
    // The shards let go of what ended before 55, and nothing changes.
    await driver.put('sales', [sale(66, 100, 'b')], { arrival: at(66), shard: 0 });
    await driver.put('sales', [sale(66, 200, 'c')], { arrival: at(66), shard: 1 });
    driver.restart();
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([[0, 65, 15, false]]);
    await driver.put('sales', [sale(62, 16)], { arrival: at(66), shard: 0 });
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([[0, 82, 31, false]]);
    await driver.put('sales', [sale(100, 0, 'b')], { arrival: at(100), shard: 0 });
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([[0, 82, 31, false]]);
    await driver.put('sales', [sale(100, 0, 'b')], { arrival: at(100), shard: 1 });
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([[0, 82, 31, true]]);
  });

  it('become final when nothing more comes', async () => {
    const driver = await createTestDriver(shop(session('20 minutes')), { now: at(0), shards: 2 });
    await driver.put('sales', [sale(0, 1)], { arrival: at(0), shard: 0 });
    await driver.put('sales', [sale(15, 2)], { arrival: at(15), shard: 1 });
    await driver.advance('1 hour');
    expect(outline(await driver.rows('v'))).toEqual([[0, 35, 3, true]]);
  });
});

describe('stagger windows', () => {
  it('open at the first event of a key, whichever shard has it, and again at the first behind', async () => {
    //  minute   0    5    10   15   20   25   30
    //  shard 0       2              8
    //  shard 1  1         4                   16
    //           |-------------|     |-------------)   ...at 30 the next
    const driver = await createTestDriver(shop(stagger('15 minutes')), { now: at(0), shards: 2 });
    await driver.put('sales', [sale(5, 2), sale(20, 8)], { arrival: at(20), shard: 0 });
    await driver.put('sales', [sale(10, 4), sale(35, 16)], { arrival: at(35), shard: 1 });
    expect(outline(await driver.rows('v'))).toEqual([
      [5, 20, 6, false],
      [20, 35, 8, false],
      [35, 50, 16, false],
    ]);
    // Late in shard 1, whose watermark is at 25; not in shard 0, and there it moves all of them.
    await driver.put('sales', [sale(0, 1)], { arrival: at(35), shard: 1 });
    await driver.put('sales', [sale(12, 32), sale(14, 64)], { arrival: at(20), shard: 0 });
    expect((await driver.late('v')).length).toBe(1);
    expect(outline(await driver.rows('v'))).toEqual([
      [5, 20, 102, false],
      [20, 35, 8, false],
      [35, 50, 16, false],
    ]);
    await driver.put('sales', [sale(48, 128, 'b')], { arrival: at(48), shard: 0 });
    await driver.put('sales', [sale(48, 256, 'b')], { arrival: at(48), shard: 1 });
    driver.restart();
    await driver.put('sales', [sale(49, 512, 'b')], { arrival: at(49), shard: 0 });
    await driver.put('sales', [sale(49, 0, 'b')], { arrival: at(49), shard: 1 });
    // Both have let go of everything up to 37.5, the last boundary before their watermarks: what the last window of a holds stays.
    expect(outline(await driver.rows('v', { key: { item: 'a' } }))).toEqual([
      [5, 20, 102, true],
      [20, 35, 8, true],
      [35, 50, 16, false],
    ]);
    await driver.advance('2 hours');
    expect(outline(await driver.rows('v'))).toEqual([
      [5, 20, 102, true],
      [20, 35, 8, true],
      [35, 50, 16, true],
      [48, 63, 896, true],
    ]);
  });

  it('stay open where they were opened when the shards let go of it', async () => {
    const driver = await createTestDriver(shop(stagger('60 minutes')), { now: at(0) });
    await driver.advance('59 minutes');
    await driver.put('sales', [sale(1, 1), sale(50, 2), sale(59, 4)]);
    expect(outline(await driver.rows('v'))).toEqual([[1, 61, 7, false]]);
    // The watermark comes to 61, and the boundary to 60. With a late event the shard lets go of everything before that.
    await driver.advance('13 minutes');
    await driver.put('sales', [sale(30, 8)]);
    expect((await driver.late('v')).length).toBe(1);
    await driver.advance('1 second');
    expect(outline(await driver.rows('v'))).toEqual([[1, 61, 7, false]]);
    // Nothing but time has to pass, although no shard holds anything any more.
    await driver.advance('20 minutes');
    expect(outline(await driver.rows('v'))).toEqual([[1, 61, 7, true]]);
  });
});

describe('the window of all time', () => {
  it('has the running result of each key, without a window, and is never final', async () => {
    const driver = await createTestDriver(shop(global()), { now: at(0) });
    await driver.put('sales', [sale(0, 1), sale(1, 2, 'b')], { arrival: at(1) });
    await driver.advance('1 day');
    await driver.put('sales', [sale(1440, 4)], { arrival: at(1441) });
    driver.restart();
    expect(await driver.rows('v')).toEqual([
      { item: 'a', total: 5, final: false },
      { item: 'b', total: 2, final: false },
    ]);
    expect(await driver.rows('v', { key: { item: 'b' } })).toEqual([{ item: 'b', total: 2, final: false }]);
    expect(await driver.late('v')).toEqual([]);
  });
});

describe('windows of arrival time', () => {
  it('take an event when it comes, however old it is', async () => {
    const driver = await createTestDriver(shop(tumbling('1 hour'), { time: 'arrival' }), { now: at(0) });
    await driver.put('sales', [sale(200, 1)], { arrival: at(200) });
    await driver.put('sales', [sale(0, 2), sale(100, 4)], { arrival: at(205) });
    expect(outline(await driver.rows('v'))).toEqual([[180, 240, 7, false]]);
    expect(await driver.late('v')).toEqual([]);
  });
});

describe('any window', () => {
  const definitions: fc.Arbitrary<WindowDefinition> = fc.constantFrom<WindowDefinition>(
    tumbling('30 minutes', { offset: '7 minutes' }),
    hopping('30 minutes', '20 minutes'),
    cumulate('60 minutes', '15 minutes', { offset: '5 minutes' }),
    calendar('day', { timeZone: 'Asia/Kathmandu' }),
    session('20 minutes'),
    stagger('25 minutes'),
    global(),
  );
  const drawn = fc.array(
    fc.record({
      minute: fc.integer({ min: 0, max: 400 }),
      price: fc.integer({ min: 1, max: 99 }),
      item: fc.constantFrom('a', 'b'),
      shard: fc.nat(1),
    }),
    { minLength: 1, maxLength: 25 },
  );

  it('gives the same rows however the events are cut into batches, forgotten and merged on the way', async () => {
    await fc.assert(
      fc.asyncProperty(definitions, drawn, fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }), async (definition, events, cuts) => {
        const app = shop(definition);
        const run = async (sizes: readonly number[], disturbed: boolean) => {
          const driver = await createTestDriver(app, { now: at(500), shards: 2 });
          for (const shard of [0, 1]) {
            const own = events.filter((event) => event.shard === shard);
            for (let from = 0, i = 0; from < own.length; i++) {
              const size = sizes[i % sizes.length] as number;
              const batch = own.slice(from, from + size).map(({ minute, price, item }) => sale(minute, price, item));
              await driver.put('sales', batch, { shard });
              from += size;
              if (disturbed && i % 2 === 0) driver.restart();
            }
          }
          const late = await driver.late('v');
          await driver.advance('2 minutes');
          await driver.advance('3 days');
          await driver.advance('1 minute');
          return { rows: await driver.rows('v'), late: late.length };
        };
        expect(await run(cuts, true)).toEqual(await run([1000], false));
      }),
      { numRuns: 40 },
    );
  });
});
