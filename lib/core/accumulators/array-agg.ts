import type { Accumulator, Position } from '../accumulator.ts';
import { ofDistinct } from './distinct.ts';
import type { DistinctValue } from './distinct-values.ts';
import { compareInOrder, type ItemOrder, MOST_CHARACTERS, MOST_ITEMS, OrderedList, placeOrder, sizeOf } from './ordered-list.ts';

/** The last element of a truncated array: the number of omitted items. */
interface Cut {
  readonly cut: number;
}

type ListAccumulator<R> = Accumulator<OrderedList, [value: unknown, ...rest: unknown[]], R | null>;

/**
 * The values, NULLs included, in an order: by given values, then by event time, shard and place in it. NULL of no rows.
 *
 * Bounded: the first 1,000 values with 65,536 characters together. If there are more, the last element says how many were left out:
 * `{ "cut": 17 }`.
 *
 * @param orders of the values that follow the first
 */
export function arrayAgg(orders: readonly ItemOrder[]): ListAccumulator<unknown[]> {
  return list(`array_agg${orderName(orders)}`, orders, (values, more) => [...values, ...(more > 0 ? [{ cut: more } satisfies Cut] : [])]);
}

/**
 * Texts joined with a separator, in the order of {@link arrayAgg}. NULL of nothing.
 *
 * Bounded like it: if there are more, the text ends with another separator and e.g. `… (17 more)`.
 */
export function stringAgg(separator: string, orders: readonly ItemOrder[]): ListAccumulator<string> {
  return list(`string_agg(${JSON.stringify(separator)})${orderName(orders)}`, orders, (values, more) => joined(values, more, separator));
}

/** The different values in order, bounded as {@link arrayAgg}; NULL beyond the bound of `count(DISTINCT …)`, and of no rows. */
export function arrayAggDistinct(order: ItemOrder) {
  const result = (values: DistinctValue[]) => {
    const { kept, more } = cut(values, order);
    return values.length === 0 ? null : [...kept, ...(more > 0 ? [{ cut: more } satisfies Cut] : [])];
  };
  return ofDistinct(`array_agg_distinct${orderName([order])}`, result, {
    state: 'distinct with nulls',
    isValue: (value) => value === null || typeof value !== 'object',
  });
}

/** The different texts in order and joined, bounded as {@link stringAgg}; NULL beyond the bound of `count(DISTINCT …)`, and of nothing. */
export function stringAggDistinct(separator: string, order: ItemOrder) {
  const result = (values: DistinctValue[]) => {
    const { kept, more } = cut(values, order);
    return values.length === 0 ? null : joined(kept, more, separator);
  };
  const name = `string_agg_distinct(${JSON.stringify(separator)})${orderName([order])}`;
  return ofDistinct(name, result, { isValue: (value) => typeof value === 'string' });
}

function list<R>(name: string, orders: readonly ItemOrder[], result: (values: unknown[], more: number) => R): ListAccumulator<R> {
  const compare = placeOrder(orders);
  return {
    name,
    create: () => new OrderedList(),
    add: (acc, value, ...rest) => {
      // A copy, because the caller reuses the position object.
      const position = { ...(rest[orders.length] as Position) };
      acc.add({ value: typeof value === 'number' ? value + 0 : value, order: rest.slice(0, orders.length), position }, compare);
      return acc;
    },
    merge: (into, from) => {
      into.merge(from, compare);
      return into;
    },
    result: (acc) => {
      if (acc.n === 0) return null;
      return result(
        acc.items.map(({ value }) => value),
        acc.n - acc.items.length,
      );
    },
    write: (acc, out) => acc.write(out),
    read: (input) => OrderedList.read(input, orders.length, compare),
  };
}

function joined(values: readonly unknown[], more: number, separator: string): string {
  return [...values, ...(more > 0 ? [`… (${more} more)`] : [])].join(separator);
}

function cut(values: readonly DistinctValue[], order: ItemOrder): { readonly kept: DistinctValue[]; readonly more: number } {
  const sorted = [...values].sort((a, b) => compareInOrder(a, b, order));
  let size = 0;
  const end = sorted.findIndex((value, i) => {
    size += sizeOf(value);
    return i >= MOST_ITEMS || size > MOST_CHARACTERS;
  });
  const kept = end < 0 ? sorted : sorted.slice(0, end);
  return { kept, more: sorted.length - kept.length };
}

/** Part of the accumulator's name, and so of a view's fingerprint. */
function orderName(orders: readonly ItemOrder[]): string {
  return orders.map(({ descending, nullsFirst }) => ` by ${descending ? 'desc' : 'asc'} nulls ${nullsFirst ? 'first' : 'last'}`).join('');
}
