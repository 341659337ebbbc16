import { compareValues } from '../core/accumulators/scalar-codec.ts';
import type { Row } from '../core/column.ts';
import { formatJson } from '../core/json.ts';
import type { Order } from '../plan/relation.ts';

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
  return (a, b) => {
    for (const { value, descending, nullsFirst } of orderBy) {
      const [x, y] = [value(a) ?? null, value(b) ?? null];
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

/** Orders by the requested columns, the most significant first. NULLs come last in both directions. */
export function byColumns(columns: readonly { readonly column: string; readonly descending: boolean }[]): Order[] {
  return columns.map(({ column, descending }) => ({ value: (row) => row[column], descending, nullsFirst: false }));
}

/** Orders JSON values by their text: an arbitrary but deterministic order. */
function comparable(value: unknown): unknown {
  return typeof value === 'object' ? formatJson(value) : value;
}
