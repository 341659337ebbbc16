import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inherit } from '../../lib/core/inherit.ts';
import { type RememberedId, RememberedIds } from '../../lib/core/remembered-ids.ts';

const drawn = fc.array(
  fc.record({
    partitionKey: fc.constantFrom('a', 'b', 'c'),
    id: fc.constantFrom('1', '2', '3', '4'),
    until: fc.integer({ min: 0, max: 60_000 }),
  }),
  { maxLength: 40 },
);

function idsOf(list: readonly RememberedId[]): RememberedIds {
  const ids = new RememberedIds();
  ids.add(list, () => {});
  return ids;
}

describe('remembered ids', () => {
  it('are counted at a watermark to the millisecond, whatever was evicted before', () => {
    fc.assert(
      fc.property(drawn, fc.nat(60_000), fc.nat(60_000), (list, evicted, later) => {
        const watermark = Math.max(evicted, later);
        const latest = new Map<string, number>();
        for (const { partitionKey, id, until } of list) {
          const name = JSON.stringify([partitionKey, id]);
          latest.set(name, Math.max(until, latest.get(name) ?? 0));
        }
        const expected = [...latest.values()].filter((until) => until > watermark).length;
        const ids = idsOf(list);
        expect(ids.countAt(watermark)).toBe(expected);
        ids.evict(evicted, () => {});
        expect(ids.countAt(watermark)).toBe(expected);
      }),
    );
  });

  it('are evicted within ten seconds of event time, and touch their keys', () => {
    const ids = idsOf([
      { partitionKey: 'a', id: '1', until: 9_000 },
      { partitionKey: 'b', id: '1', until: 25_000 },
    ]);
    const touched: string[] = [];
    ids.evict(9_999, (key) => touched.push(key));
    expect([ids.size, touched]).toEqual([2, []]);
    ids.evict(10_000, (key) => touched.push(key));
    expect([ids.size, touched, ids.until('b', '1')]).toEqual([1, ['a'], 25_000]);
    ids.evict(1e9, (key) => touched.push(key));
    expect([ids.size, touched, ids.memory]).toEqual([0, ['a', 'b'], 0]);
  });
});

describe('what a child inherits', () => {
  const parent = (watermark: number, list: readonly RememberedId[]) => ({ watermark, ids: idsOf(list) });

  it('is what its parents remember of its keys', () => {
    const ids = [
      { partitionKey: 'here', id: '1', until: 50 },
      { partitionKey: 'elsewhere', id: '1', until: 50 },
      { partitionKey: 'here', id: '2', until: 20 },
    ];
    expect(inherit([parent(20, ids)], 20, (key) => key === 'here')).toEqual({ ids: [ids[0]] });
  });

  it('has a floor where one parent may have evicted what the watermark of the other would remember', () => {
    const [left, right] = [
      parent(10, [{ partitionKey: 'l', id: '1', until: 15 }]),
      parent(40, [{ partitionKey: 'r', id: '1', until: 60 }]),
    ];
    expect(inherit([left, right], 10, () => true)).toEqual({
      ids: [
        { partitionKey: 'l', id: '1', until: 15 },
        { partitionKey: 'r', id: '1', until: 60 },
      ],
      idsFloor: 40,
    });
  });

  it('has the floor of a parent that inherited one itself', () => {
    const between = parent(10, []);
    between.ids.floor = 40;
    expect(inherit([between], 10, () => true)).toEqual({ ids: [], idsFloor: 40 });
  });
});
