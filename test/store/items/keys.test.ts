// Keys of DynamoDB are made of names and values that users choose, with separators between them: no choice makes one item's key another's.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeKey } from '../../../lib/core/key.ts';
import { partition, rowKey, streamPartition, taskPartition, viewPartition, windowKey } from '../../../lib/store/items/keys.ts';

/** Texts made of what keys are made of. */
const hostile = fc
  .array(
    fc.constantFrom(
      '#',
      '%',
      '%23',
      '%25',
      '~',
      '=',
      '/',
      '-',
      '\0',
      '["a"]',
      'row',
      'page',
      'log',
      'windows',
      'a',
      '1',
      '0',
      '"',
      ',',
      '\ud800',
      'é',
      '😀',
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
const long = fc.tuple(hostile, fc.constantFrom(1, 400, 700, 2100)).map(([text, times]) => text + 'x'.repeat(times));
const text = fc.oneof(hostile, hostile, long, fc.string({ unit: 'binary' }));
const value = fc.oneof(
  text.filter((one) => one.isWellFormed()),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
);
const keys = fc.array(value, { minLength: 1, maxLength: 3 });

it('parts of a partition key do not run into one another', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 5 }), (one, other) => {
      if (JSON.stringify(one) === JSON.stringify(other)) return;
      // None of none and one that is empty are the only two that are written alike, and no item has either.
      if (one.join('') === '' && other.join('') === '' && one.length + other.length === 1) return;
      expect(partition(...one)).not.toBe(partition(...other));
    }),
    { numRuns: 5000 },
  );
});

it('two keys of a view never have the same row, and no row is where another thing is', () => {
  const view = { application: 'shop', view: 'v' };
  const window = { start: 0, end: 60_000 };
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      const [a, b] = [encodeKey(one), encodeKey(other)];
      const [rowOfOne, rowOfOther] = [rowKey(view, a, window), rowKey(view, b, window)];
      if (a === b) expect(rowOfOne).toEqual(rowOfOther);
      else expect(rowOfOne.pk).not.toBe(rowOfOther.pk);
      for (const { pk } of [rowOfOne, rowOfOther]) {
        expect(Buffer.byteLength(pk)).toBeLessThanOrEqual(2048);
        expect(pk.isWellFormed()).toBe(true);
        expect([
          viewPartition(view, 'windows'),
          viewPartition(view, 'page', 0, 0),
          viewPartition({ ...view, view: 'v#row' }, 'row'),
        ]).not.toContain(pk);
      }
    }),
    { numRuns: 5000 },
  );
});

it('different values are different keys', () => {
  fc.assert(
    fc.property(keys, keys, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(encodeKey(one) === encodeKey(other)).toBe(same);
    }),
    { numRuns: 5000 },
  );
});

it('what tasks, streams and views have is apart, whatever they are called', () => {
  const of = (names: readonly [string, string, string]) => {
    const [application, stream, shard] = names;
    const task = { application, stream, shard };
    return [
      ...(['log', 'checkpoint'] as const).map((what) => taskPartition(task, what)),
      taskPartition(task, 'bucket', shard),
      taskPartition(task, 'attempt', shard),
      streamPartition(task, 'tasks'),
      streamPartition(task, 'progress'),
      streamPartition(task, 'merge'),
    ];
  };
  // Names as the DSL lets them be; shards are Kinesis'.
  const name = fc.stringMatching(/^[a-zA-Z0-9_.-]{1,8}$/);
  const names = fc.tuple(name, name, name);
  fc.assert(
    fc.property(names, names, (one, other) => {
      const all = of(one);
      expect(new Set(all).size).toBe(all.length);
      if (one.join('#') === other.join('#')) return;
      const shared = all.filter((pk) => of(other).includes(pk));
      // A stream's own items are the same for all its shards.
      expect(shared.length).toBe(one[0] === other[0] && one[1] === other[1] ? 3 : 0);
    }),
    { numRuns: 2000 },
  );
});

it('windows sort by start, then end, and none is another', () => {
  const instant = fc.integer({ min: -8e14, max: 8e14 });
  fc.assert(
    fc.property(instant, instant, instant, instant, (a, b, c, d) => {
      const order = Math.sign(a - c || b - d);
      const [one, other] = [windowKey({ start: a, end: b }), windowKey({ start: c, end: d })];
      expect(one < other ? -1 : one > other ? 1 : 0).toBe(order);
    }),
    { numRuns: 2000 },
  );
});
