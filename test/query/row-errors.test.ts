import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count } from '../../lib/core/accumulators/count.ts';
import type { Column, Row } from '../../lib/core/column.ts';
import { MillraceError } from '../../lib/core/errors.ts';
import { eventAdder, presenceAdder } from '../../lib/plan/adder.ts';
import type { Filter, Project, Relation, Scan } from '../../lib/plan/relation.ts';
import { evaluate } from '../../lib/query/evaluate.ts';
import { RowErrors } from '../../lib/query/row-errors.ts';
import type { Tuple } from '../../lib/query/tuple.ts';

const column = (name: string): Column => ({ name, type: 'bigint', nullable: true });
const K_N = [column('k'), column('n')];
const K_X = [column('k'), column('x')];
const scan: Scan = { kind: 'scan', view: 'v', columns: K_N };
const of = (name: string) => (row: Row) => row[name];

function quotient(row: Row): number | null {
  const n = row.n as number | null;
  if (n === 0) throw new Error('division by zero');
  return n === null ? null : Math.trunc(12 / n);
}

/** `SELECT k, 12 / n AS x`. */
const quotients: Project = { kind: 'project', input: scan, values: [of('k'), quotient], columns: K_X };
const tuples = (numbers: readonly (number | null)[]): Tuple[] => numbers.map((n, k) => ({ row: { k, n }, window: undefined }));

function found(relation: Relation, numbers: readonly (number | null)[]) {
  const errors = new RowErrors();
  const rows = evaluate(relation, () => tuples(numbers), { errors });
  return { rows: rows.map(({ row, errors: failed }): Row => ({ ...row, ...(failed && { failed }) })), leftOut: errors.leftOut };
}

const ZERO = { rows: 1, reason: 'division by zero' };

describe('a column that cannot be computed for a row', () => {
  it('is NULL there as in DuckDB, with the reason, and no other row is affected', async () => {
    const duck = await (await DuckDBInstance.create()).connect();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 12 }), async (numbers) => {
        const values = numbers.map((n, k) => `(${k}, ${n ?? 'NULL'}::INTEGER)`).join();
        const expected = (await duck.runAndReadAll(`SELECT k, 12 // n FROM (VALUES ${values}) AS v(k, n) ORDER BY k`)).getRowsJson();
        const { rows, leftOut } = found(quotients, numbers);
        expect(rows.map((row) => [row.k, row.x])).toEqual(expected);
        expect(rows.map((row) => row.failed)).toEqual(numbers.map((n) => (n === 0 ? { x: 'division by zero' } : undefined)));
        expect(leftOut).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  const double = (input: Relation): Relation => ({
    kind: 'project',
    input,
    values: [of('k'), ({ x }) => (x === null ? 0 : (x as number) * 2)],
    columns: [column('k'), column('y')],
  });
  const failed = (name: string) => ({ [name]: 'division by zero' });
  const order = [{ value: of('x'), descending: false, nullsFirst: false }];
  const grouped = (aggregate: 'count' | 'events'): Relation => ({
    kind: 'regroup',
    input: quotients,
    key: [],
    window: undefined,
    aggregates: [
      {
        name: 'c',
        type: 'bigint',
        nullable: false,
        accumulator: count,
        add: aggregate === 'events' ? eventAdder(count) : presenceAdder(count, { column: column('x'), checked: true }),
      },
    ],
    columns: [column('c')],
  });

  it.each<[string, Relation, object[]]>([
    [
      'an expression that reads it, whatever it makes of NULL',
      double(quotients),
      [
        { k: 0, y: 8 },
        { k: 1, y: null, failed: failed('y') },
      ],
    ],
    [
      'a column that it is, by another name',
      { kind: 'project', input: quotients, values: [of('x')], columns: [column('z')] },
      [{ z: 4 }, { z: null, failed: failed('z') }],
    ],
    ['a row without it: no error', { kind: 'project', input: quotients, values: [of('k')], columns: [column('k')] }, [{ k: 0 }, { k: 1 }]],
    [
      'a row in an order, where it is NULL',
      { kind: 'sort', input: quotients, orderBy: order, columns: K_X },
      [
        { k: 0, x: 4 },
        { k: 1, x: null, failed: failed('x') },
      ],
    ],
    [
      'a ranked row',
      { kind: 'rank', input: quotients, function: 'rank', partitionBy: [], orderBy: order, as: 'r', columns: [...K_X, column('r')] },
      [
        { k: 0, x: 4, r: 1 },
        { k: 1, x: null, r: 2, failed: failed('x') },
      ],
    ],
    [
      'rows of a union',
      { kind: 'union', inputs: [scan, quotients], columns: K_N },
      [
        { k: 0, n: 3 },
        { k: 1, n: 0 },
        { k: 0, n: 4 },
        { k: 1, n: null, failed: failed('n') },
      ],
    ],
    [
      'rows with their window',
      { kind: 'with_window', input: quotients, columns: [...K_X, column('window_start'), column('window_end')] },
      [
        { k: 0, x: 4, window_start: null, window_end: null },
        { k: 1, x: null, window_start: null, window_end: null, failed: failed('x') },
      ],
    ],
    [
      'a pair of rows',
      {
        kind: 'join',
        type: 'inner',
        left: scan,
        right: quotients,
        on: [{ left: of('k'), right: of('k') }],
        sources: [
          { side: 'left', column: 'n' },
          { side: 'right', column: 'x' },
        ],
        columns: [column('n'), column('x')],
      },
      [
        { n: 3, x: 4 },
        { n: 0, x: null, failed: failed('x') },
      ],
    ],
    ['an aggregate over it', grouped('count'), [{ c: null, failed: failed('c') }]],
    ['an aggregate over other columns: no error', grouped('events'), [{ c: 2 }]],
  ])('goes on to %s', (_, relation, expected) => {
    expect(found(relation, [3, 0])).toEqual({ rows: expected, leftOut: undefined });
  });
});

describe('a row of which there cannot be computed', () => {
  const condition: Filter = { kind: 'filter', input: scan, predicate: (row) => (quotient(row) ?? 0) > 0, columns: K_N };
  const reading: Filter = { kind: 'filter', input: quotients, predicate: ({ x }) => x === null || (x as number) > 0, columns: K_X };
  const partition: Relation = {
    kind: 'rank',
    input: scan,
    function: 'row_number',
    partitionBy: [quotient],
    orderBy: [],
    as: 'r',
    columns: [...K_N, column('r')],
  };
  const group: Relation = {
    kind: 'regroup',
    input: scan,
    key: [{ name: 'q', type: 'bigint', nullable: true, value: quotient }],
    window: undefined,
    aggregates: [],
    columns: [column('q')],
  };
  const join = (type: 'inner' | 'left', pairs: boolean): Relation => ({
    kind: 'join',
    type,
    left: scan,
    right: scan,
    on: pairs ? [{ left: quotient, right: quotient }] : [{ left: of('k'), right: of('k') }],
    ...(pairs ? {} : { condition: (row: Row) => (quotient(row) ?? 0) > 0 }),
    sources: [
      { side: 'left', column: 'n' },
      { side: 'right', column: 'k' },
    ],
    columns: [column('n'), column('k')],
  });

  it.each<[string, Relation, object[], number]>([
    ['its condition', condition, [{ k: 0, n: 3 }], 1],
    ['a column that its condition reads', reading, [{ k: 0, x: 4 }], 1],
    ['its partition', partition, [{ k: 0, n: 3, r: 1 }], 1],
    ['its group', group, [{ q: 4 }], 1],
    ['what it is joined by, on either side', join('inner', true), [{ n: 3, k: 0 }], 2],
    ['the condition of a join', join('inner', false), [{ n: 3, k: 0 }], 1],
    [
      'the condition of an outer join, meets no other',
      join('left', false),
      [
        { n: 3, k: 0 },
        { n: 0, k: null },
      ],
      1,
    ],
  ])('%s is left out and counted', (_, relation, expected, rows) => {
    expect(found(relation, [3, 0])).toEqual({ rows: expected, leftOut: { ...ZERO, rows } });
  });
});

describe('of what is asked ad hoc', () => {
  const ask = (relation: Relation) => evaluate(relation, () => tuples([3, 0]), { tolerant: new Set([quotients]) });

  it('errors of views stay in their rows, also through its own expressions', () => {
    const more: Project = { kind: 'project', input: quotients, values: [({ x }) => (x as number) + 1], columns: [column('y')] };
    expect(ask(more)).toEqual([
      { row: { y: 5 }, window: undefined },
      { row: { y: null }, window: undefined, errors: { y: 'division by zero' } },
    ]);
  });

  it('its own fail it', () => {
    expect(() => ask({ ...quotients })).toThrow('division by zero');
    expect(() => ask({ kind: 'filter', input: scan, predicate: (row) => quotient(row) !== null, columns: K_N })).toThrow(
      'division by zero',
    );
    expect(() =>
      ask({ kind: 'sort', input: scan, orderBy: [{ value: quotient, descending: false, nullsFirst: false }], columns: K_N }),
    ).toThrow('division by zero');
  });
});

it('a bound of the work fails the whole answer', () => {
  const limit = (): never => {
    throw new MillraceError('limit', 'too much');
  };
  expect(() => found({ kind: 'project', input: scan, values: [limit], columns: [column('x')] }, [1])).toThrow('too much');
  expect(() => found({ kind: 'filter', input: scan, predicate: limit, columns: K_N }, [1])).toThrow('too much');
});
