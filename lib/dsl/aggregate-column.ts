import type { FlowColumn } from '../plan/adder.ts';
import { type DefinitionReader, unknownColumn } from './definition-reader.ts';

/** The column an aggregate names. */
export function columnFor(
  name: string,
  fn: string,
  column: unknown,
  columns: ReadonlyMap<string, FlowColumn>,
  reader: DefinitionReader,
): FlowColumn | undefined {
  if (column === undefined) {
    reader.problem(`aggregate "${name}": ${fn} needs a column; the columns are ${[...columns.keys()].join(', ')}`);
    return undefined;
  }
  const from = columns.get(column as string);
  if (!from) reader.problem(`aggregate "${name}": ${unknownColumn(column, columns.keys())}`);
  return from;
}
