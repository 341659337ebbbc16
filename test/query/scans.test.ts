import { describe, expect, it } from 'vitest';
import type { Regroup, Relation, Scan } from '../../lib/plan/relation.ts';
import { EVERYTHING } from '../../lib/query/demands.ts';
import { finalThrough, scansOf } from '../../lib/query/scans.ts';

const scan = (view: string): Scan => ({ kind: 'scan', view, columns: [] });
const again = (input: Relation, window: Regroup['window']): Regroup => ({
  kind: 'regroup',
  input,
  key: [],
  window,
  aggregates: [],
  columns: [],
});
/** Windows of 10, over rows whose own windows can end 2 past their time. */
const TENS = { spec: { kind: 'tumbling', size: 10, slide: 10, offset: 0 } as const, time: () => 0, ahead: 2 };

describe('what a relation has to read', () => {
  it.each<[string, Relation, Record<string, object>]>([
    ['a view: its own windows', scan('v'), { v: { from: 12, to: 25 } }],
    ['the same windows again', again(scan('v'), 'input'), { v: { from: 12, to: 25 } }],
    ['all rows together: everything', again(scan('v'), undefined), { v: EVERYTHING }],
    // |0 -- 10 -- 20 -- 30|: those that touch [12, 25] begin at 10 and end at 30, and rows of theirs end by 32.
    ['larger windows: whole ones', again(scan('v'), TENS), { v: { from: 10, to: 32 } }],
    [
      'a view named twice: what both need',
      { kind: 'union', inputs: [scan('v'), again(scan('v'), TENS), scan('w')], columns: [] },
      { v: { from: 10, to: 32 }, w: { from: 12, to: 25 } },
    ],
  ])('%s', (_, relation, expected) => {
    expect(Object.fromEntries(scansOf(relation, { from: 12, to: 25 }))).toEqual(expected);
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
    ['larger windows: once no row of theirs can come any more', again(scan('v'), TENS), 98],
    ['all rows together: never', again(scan('v'), undefined), Number.NEGATIVE_INFINITY],
  ])('%s', (_, relation, expected) => {
    expect(finalThrough(relation, through)).toBe(expected);
  });
});
