import fc from 'fast-check';
import { expect, it } from 'vitest';
import { furthest } from '../../../lib/runtime/read/as-of.ts';
import type { AsOf } from '../../../lib/runtime/read/query.ts';

const asOf: fc.Arbitrary<AsOf> = fc.record({
  tasks: fc.dictionary(fc.constantFrom('one', 'two', 'three'), fc.nat(9)),
  mergedThrough: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(Number.NEGATIVE_INFINITY)),
});

it('what two answers have seen is the later of both, shard by shard, in whatever order', () => {
  fc.assert(
    fc.property(asOf, asOf, (a, b) => {
      const both = furthest(a, b);
      for (const shard of ['one', 'two', 'three']) {
        const [seen, x, y] = [both, a, b].map(({ tasks }) => tasks[shard] ?? -1);
        expect(seen).toBe(Math.max(x as number, y as number));
      }
      expect(both.mergedThrough).toBe(Math.max(a.mergedThrough, b.mergedThrough));
      expect(furthest(b, a)).toEqual(both);
      expect(furthest(undefined, a)).toEqual(a);
    }),
  );
});
