import type { Column, Row } from '../core/column.ts';
import type { AggregatePlan } from '../core/view.ts';
import type { AnyAccumulator } from './aggregates/aggregate-function.ts';
import { columnReader, isInheritedName, valueReader } from './column-value.ts';

type Add = AggregatePlan['add'];

/** A typed value of each row: a column, at some point between the stream and a view, or the result of an expression. */
export interface FlowColumn {
  /** its name (for an expression, its canonical text), type, and whether it can be NULL */
  readonly column: Column;
  /** whether its values have been validated; the output of a map has not */
  readonly checked: boolean;
  /** computes the value, in the form of results, if rows have no such column */
  readonly read?: (row: Row) => unknown;
}

/** How values are passed to an accumulator. */
export interface AddOptions {
  /** whether rows with a NULL value count too */
  readonly takesNulls?: boolean;
  /** whether to convert BigInts to doubles */
  readonly inDoubles?: boolean;
  /** the values of ORDER BY, which follow the others and may be NULL */
  readonly others?: readonly FlowColumn[];
}

/** Reads a column's values in the form of results. */
export function flowColumnReader({ column, checked, read }: FlowColumn): (row: Row) => unknown {
  return read ?? valueReader(column, columnReader(column.name), checked);
}

/** Adds every event. */
export function eventAdder(accumulator: AnyAccumulator): Add {
  return (acc) => accumulator.add(acc);
}

/** Adds every event in which a column is not NULL, without its value. */
export function presenceAdder(accumulator: AnyAccumulator, from: FlowColumn): Add {
  const read = from.read ?? columnReader(from.column.name);
  return (acc, row) => (isNull(read(row)) ? acc : accumulator.add(acc));
}

/** Adds values with their position in time. Ignores rows in which one of them is NULL, unless `takesNulls` is set. */
export function valuesAdder(accumulator: AnyAccumulator, from: readonly FlowColumn[], options: AddOptions = {}): Add {
  const { takesNulls = false, inDoubles = false, others = [] } = options;
  const [first, second, ...more] = from;
  if (!first || more.length > 0 || others.length > 0 || (takesNulls && second)) return listAdder(accumulator, from, others, takesNulls);
  const convert = (value: FlowColumn) => inDoubles && value.column.type === 'bigint';
  if (second) {
    const [x, y] = [doubleReader(first, convert(first)), doubleReader(second, convert(second))];
    return (acc, row, position) => {
      const a = x(row);
      const b = y(row);
      return isNull(a) || isNull(b) ? acc : accumulator.add(acc, a, b, position);
    };
  }
  if (takesNulls) {
    const read = flowColumnReader(first);
    return (acc, row, position) => accumulator.add(acc, read(row) ?? null, position);
  }
  const { name, type } = first.column;
  if (first.checked && !first.read && !convert(first) && type !== 'timestamptz' && !isInheritedName(name)) {
    // The common case, which runs for every event and aggregate: it makes no call but the accumulator's.
    return (acc, row, position) => {
      const value = row[name];
      return value === null || value === undefined ? acc : accumulator.add(acc, value, position);
    };
  }
  const read = doubleReader(first, convert(first));
  return (acc, row, position) => {
    const value = read(row);
    return isNull(value) ? acc : accumulator.add(acc, value, position);
  };
}

function listAdder(accumulator: AnyAccumulator, from: readonly FlowColumn[], others: readonly FlowColumn[], takesNulls: boolean): Add {
  const readers = from.map(flowColumnReader);
  const following = others.map(flowColumnReader);
  return (acc, row, position) => {
    const values = readers.map((read) => read(row) ?? null);
    if (!takesNulls && values.includes(null)) return acc;
    return accumulator.add(acc, ...values, ...following.map((read) => read(row) ?? null), position);
  };
}

/** Adds values without a position, for user-defined accumulators. Ignores rows in which one of them is NULL. */
export function userAdder(accumulator: AnyAccumulator, from: readonly FlowColumn[]): Add {
  const readers = from.map(flowColumnReader);
  return (acc, row) => {
    const values = readers.map((read) => read(row));
    return values.some(isNull) ? acc : accumulator.add(acc, ...values);
  };
}

/** Adds only the events for which a predicate holds. */
export function filteredAdder(predicate: (row: Row) => boolean, add: Add): Add {
  return (acc, row, position) => (predicate(row) ? add(acc, row, position) : acc);
}

function isNull(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** Reads a column's values, with BigInts converted to doubles if requested. */
export function doubleReader(from: FlowColumn, convert = true): (row: Row) => unknown {
  const read = flowColumnReader(from);
  if (!convert) return read;
  return (row) => {
    const value = read(row);
    return typeof value === 'bigint' ? Number(value) : value;
  };
}
