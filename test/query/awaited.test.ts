import { describe, expect, it } from 'vitest';
import type { Relation } from '../../lib/plan/relation.ts';
import { awaitedEnds } from '../../lib/query/awaited.ts';
import { regroup, scan, TENS } from '../support/relations.ts';

const [a, b] = [scan('a'), scan('b')];
const join = (left: Relation, right: Relation): Relation => ({ kind: 'join', type: 'left', left, right, on: [], sources: [], columns: [] });

// The last rows of a end at 7, those of b at 3.
describe('what derived rows wait for', () => {
  it.each<[string, Relation, Record<string, number>]>([
    ['nothing but the view itself', a, {}],
    ['nothing, of its own windows', regroup(a, 'input'), {}],
    ['the other side of a join', join(a, b), { a: 7, b: 7 }],
    ['the rest of a union', { kind: 'union', inputs: [b, a], columns: [] }, { a: 7, b: 7 }],
    ['the rest of a larger window, and rows that end after it', regroup(a, TENS), { a: 12 }],
    ['both, where one is in the other', join(regroup(a, TENS), b), { a: 12, b: 10 }],
    ['more, where a view is named twice', join(regroup(a, TENS), a), { a: 12 }],
    ['nothing, of all windows together', regroup(join(a, b), undefined), {}],
    ['nothing, of views without rows', join(scan('c'), scan('d')), {}],
  ])('%s', (_, relation, awaited) => {
    const ends: Readonly<Record<string, number>> = { a: 7, b: 3 };
    expect(Object.fromEntries(awaitedEnds(relation, (view) => ends[view] ?? Number.NEGATIVE_INFINITY))).toEqual(awaited);
  });
});
