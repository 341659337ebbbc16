import { expect, it } from 'vitest';
import { groupKey } from '../../lib/query/group-key.ts';

it.each<[string, unknown[], unknown[]]>([
  ['members in another order', [{ a: 1, b: [{ c: 2, d: null }] }], [{ b: [{ d: null, c: 2 }], a: 1 }]],
  ['a value that is missing and NULL', [undefined, 1], [null, 1]],
])('%s are the same', (_, a, b) => {
  expect(groupKey(a)).toBe(groupKey(b));
});

it.each<[string, unknown[], unknown[]]>([
  ['items in another order', [[1, 2]], [[2, 1]]],
  ['a number and its text', [1], ['1']],
  ['a BigInt and the double next to it', [2n ** 60n + 1n], [2 ** 60]],
  ['a BigInt and an object that says so', [2n ** 60n], [{ bigint: String(2n ** 60n) }]],
  ['one text and two', ['a,b'], ['a', 'b']],
  ['NULL and the text of it', [null], ['null']],
])('%s are not the same', (_, a, b) => {
  expect(groupKey(a)).not.toBe(groupKey(b));
});
