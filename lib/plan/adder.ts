import type { Accumulator } from '../core/accumulator.ts';
import type { Column, Row } from '../core/column.ts';
import type { AggregatePlan } from '../core/view.ts';
import { columnReader, isInheritedName, valueReader } from './column-value.ts';

type Add = AggregatePlan['add'];
// biome-ignore lint/suspicious/noExplicitAny: any accumulator, whatever its state
type AnyAccumulator = Accumulator<any, any, unknown>;

/** A column as it is at some place between the stream and a view. */
export interface FlowColumn {
  readonly column: Column;
  /** whether its values have been validated; those a map made have not */
  readonly checked: boolean;
}

/** Reads a column's values as results hold them. */
export function flowColumnReader({ column, checked }: FlowColumn): (row: Row) => unknown {
  return valueReader(column, columnReader(column.name), checked);
}

/** Adds every event. */
export function eventAdder(accumulator: AnyAccumulator): Add {
  return (acc) => accumulator.add(acc);
}

/** Adds every event in which a column is not NULL, without its value. */
export function presenceAdder(accumulator: AnyAccumulator, name: string): Add {
  const read = columnReader(name);
  return (acc, row) => {
    const value = read(row);
    return value === null || value === undefined ? acc : accumulator.add(acc);
  };
}

/** Adds a column's values with their place in time, passing over NULLs. */
export function valueAdder(accumulator: AnyAccumulator, from: FlowColumn): Add {
  const { name, type } = from.column;
  if (from.checked && type !== 'timestamptz' && !isInheritedName(name)) {
    // The common case, called for every event and aggregate: no call but the accumulator's.
    return (acc, row, position) => {
      const value = row[name];
      return value === null || value === undefined ? acc : accumulator.add(acc, value, position);
    };
  }
  const read = flowColumnReader(from);
  return (acc, row, position) => {
    const value = read(row);
    return value === null || value === undefined ? acc : accumulator.add(acc, value, position);
  };
}

/** Adds several columns' values at once, passing over events in which one of them is NULL. */
export function valuesAdder(accumulator: AnyAccumulator, from: readonly FlowColumn[]): Add {
  const readers = from.map(flowColumnReader);
  return (acc, row) => {
    const values = readers.map((read) => read(row));
    return values.some((value) => value === null || value === undefined) ? acc : accumulator.add(acc, ...values);
  };
}

/** Adds only the events for which a predicate holds. */
export function filteredAdder(predicate: (row: Row) => boolean, add: Add): Add {
  return (acc, row, position) => (predicate(row) ? add(acc, row, position) : acc);
}
