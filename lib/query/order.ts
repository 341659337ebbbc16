import { compareValues } from '../core/accumulators/scalar-codec.ts';
import type { Row } from '../core/column.ts';
import { formatJson } from '../core/json.ts';
import type { Order } from '../plan/relation.ts';
import { type Failures, readable } from './row-errors.ts';
import type { Tuple } from './tuple.ts';

/**
 * Compares rows by an ORDER BY list. Text goes by code point, as in the C collation, so that every machine agrees.
 *
 * @returns a comparator for `sort`; 0 for rows that are equal in the list
 * @example
 * ```ts
 * rows.sort(comparator([{ value: (row) => row.views, descending: true, nullsFirst: false }]));
 * ```
 */
export function comparator(orderBy: readonly Order[]): (a: Row, b: Row) => number {
  const compare = compareLists(orderBy);
  return (a, b) =>
    compare(
      (i) => orderBy[i]?.value(a),
      (i) => orderBy[i]?.value(b),
    );
}

/** A value of an ORDER BY list, by its place. */
type Listed = (place: number) => unknown;

function compareLists(orderBy: readonly Order[]): (a: Listed, b: Listed) => number {
  return (a, b) => {
    for (const [i, { descending, nullsFirst }] of orderBy.entries()) {
      const [x, y] = [a(i) ?? null, b(i) ?? null];
      if (x === null || y === null) {
        if (x !== y) return (x === null) === nullsFirst ? -1 : 1;
        continue;
      }
      const order = compareValues(comparable(x), comparable(y));
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

/** Rows in an order, and what compares them. */
interface Ordered {
  readonly rows: readonly Tuple[];
  /** 0 for rows that the order does not tell apart */
  readonly compare: (a: Tuple, b: Tuple) => number;
}

/** Sorts rows by an ORDER BY list. A value that cannot be computed sorts as NULL. */
export function orderedBy(orderBy: readonly Order[], tuples: readonly Tuple[], { reason }: Failures): Ordered {
  const values = new Map(
    tuples.map((tuple) => {
      const row = readable(tuple);
      return [tuple, orderBy.map(({ value }) => sortedBy(() => value(row), reason))] as const;
    }),
  );
  const compareAll = compareLists(orderBy);
  const compare = (a: Tuple, b: Tuple): number =>
    compareAll(
      (i) => values.get(a)?.[i],
      (i) => values.get(b)?.[i],
    );
  return { rows: tuples.toSorted(compare), compare };
}

function sortedBy(compute: () => unknown, reason: Failures['reason']): unknown {
  try {
    return compute();
  } catch (error) {
    reason(error);
    return null;
  }
}

/** Orders by the requested columns, the most significant first. NULLs come last in both directions. */
export function byColumns(columns: readonly { readonly column: string; readonly descending: boolean }[]): Order[] {
  return columns.map(({ column, descending }) => ({ value: (row) => row[column], descending, nullsFirst: false }));
}

/** Orders JSON values by their text: an arbitrary but deterministic order. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' ? formatJson(value) : value;
}
