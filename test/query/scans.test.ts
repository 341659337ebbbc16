import { describe, expect, it } from 'vitest';
import type { Relation } from '../../lib/plan/relation.ts';
import { EVERYTHING } from '../../lib/query/demands.ts';
import { finalThrough, scansOf, windowsIn } from '../../lib/query/scans.ts';
import { regroup, scan, TENS } from '../support/relations.ts';

describe('what a relation has to read', () => {
  it.each<[string, Relation, Record<string, object>]>([
    ['a view: its own windows', scan('v'), { v: { from: 12, to: 25 } }],
    ['the same windows again', regroup(scan('v'), 'input'), { v: { from: 12, to: 25 } }],
    ['all rows together: everything', regroup(scan('v'), undefined), { v: EVERYTHING }],
    // |0 -- 10 -- 20 -- 30|: those that touch [12, 25] begin at 10 and end at 30, and rows of theirs end by 32.
    ['larger windows: whole ones', regroup(scan('v'), TENS), { v: { from: 10, to: 32 } }],
    [
      'a view named twice: what both need',
      { kind: 'union', inputs: [scan('v'), regroup(scan('v'), TENS), scan('w')], columns: [] },
      { v: { from: 10, to: 32 }, w: { from: 12, to: 25 } },
    ],
  ])('%s', (_, relation, expected) => {
    expect(Object.fromEntries(scansOf(relation, { from: 12, to: 25 }))).toEqual(expected);
  });
});

describe('the windows a relation can have rows in', () => {
  const held = (start: number, end: number) => windowsIn(regroup(scan('v'), TENS), () => [{ start, end }]);
  it.each([
    [3, 5, [[0, 10]]],
    [
      8,
      12,
      [
        [0, 10],
        [10, 20],
      ],
    ],
    // A row's time may be the end of its window.
    [
      5,
      10,
      [
        [0, 10],
        [10, 20],
      ],
    ],
    [
      0,
      30,
      [
        [0, 10],
        [10, 20],
        [20, 30],
        [30, 40],
      ],
    ],
  ])('rows of a window from %i to %i', (start, end, expected) => {
    expect(held(start, end)).toEqual(expected.map(([from, to]) => ({ start: from, end: to })));
  });
});

describe('how far a relation is final', () => {
  const through = (view: string): number => ({ v: 100, w: 50 })[view] as number;
  it.each<[string, Relation, number]>([
    ['as far as its view', scan('v'), 100],
    [
      'as far as the slower of two',
      { kind: 'join', type: 'inner', left: scan('v'), right: scan('w'), on: [], sources: [], columns: [] },
      50,
    ],
    ['larger windows: once no row of theirs can come any more', regroup(scan('v'), TENS), 98],
    ['all rows together: never', regroup(scan('v'), undefined), Number.NEGATIVE_INFINITY],
  ])('%s', (_, relation, expected) => {
    expect(finalThrough(relation, through)).toBe(expected);
  });
});
