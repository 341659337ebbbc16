import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatAsOf, parseAsOf } from '../../lib/api/as-of.ts';
import { openToken, sealToken } from '../../lib/api/token.ts';

const bytes = fc.uint8Array({ maxLength: 60 });

it('a token comes back as it was', () => {
  fc.assert(
    fc.property(bytes, fc.string(), (body, context) => {
      expect(openToken(sealToken(body, context), context)).toEqual(Buffer.from(body));
    }),
  );
});

it('a token with a character changed, added or removed, or from elsewhere, opens nothing', () => {
  fc.assert(
    fc.property(
      bytes,
      fc.nat(),
      fc.constantFrom(...'AZaz09-_=+/ .'),
      fc.constantFrom('replace', 'insert', 'remove'),
      (body, place, char, what) => {
        const token = sealToken(body, 'here');
        const i = place % token.length;
        const rest = token.slice(what === 'insert' ? i : i + 1);
        const altered = token.slice(0, i) + (what === 'remove' ? '' : char) + rest;
        if (altered !== token) expect(openToken(altered, 'here')).toBeUndefined();
        expect(openToken(token, 'there')).toBeUndefined();
      },
    ),
  );
});

const asOf = fc.record({
  tasks: fc.dictionary(
    fc.oneof(
      fc.nat(99_999).map((n) => `shardId-${String(n).padStart(12, '0')}`),
      fc.constantFrom('shardId-1', 'shardId-00000000000x', 'other', '__proto__'),
    ),
    fc.nat(),
    { noNullPrototype: true },
  ),
  mergedThrough: fc.oneof(fc.integer({ min: -8e15, max: 8e15 }), fc.constant(Number.NEGATIVE_INFINITY)),
});

it('what was seen comes back as it was', () => {
  fc.assert(
    fc.property(asOf, (seen) => {
      const back = parseAsOf('as_of', formatAsOf('v', seen), ['u', 'v'], 'v').get('v') as typeof seen;
      expect(Object.entries(back.tasks).sort()).toEqual(Object.entries(seen.tasks).sort());
      expect(back.mergedThrough).toBe(seen.mergedThrough);
    }),
  );
});

it('several count as the most each of them saw', () => {
  const a = formatAsOf('v', { tasks: { x: 1, y: 5 }, mergedThrough: 10 });
  const b = formatAsOf('v', { tasks: { x: 2, z: 1 }, mergedThrough: Number.NEGATIVE_INFINITY });
  expect(parseAsOf('as_of', `${a},${b}`, ['v'], 'v')).toEqual(new Map([['v', { tasks: { x: 2, y: 5, z: 1 }, mergedThrough: 10 }]]));
});

it('stays short with hundreds of shards', () => {
  const tasks = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`shardId-${String(i).padStart(12, '0')}`, 1_000_000 + i]));
  expect(formatAsOf('v', { tasks, mergedThrough: 1.7e12 }).length).toBeLessThan(4000);
});
