import type { AggregatePlan } from '../core/view.ts';
import type { FlowColumn } from '../plan/adder.ts';
import type { AggregateStructure } from '../plan/fingerprint.ts';
import { type DefinitionReader, unknownColumn } from './definition-reader.ts';

/** An aggregate as compiled, and what the view's fingerprint takes from it. */
export interface CompiledAggregate {
  readonly plan: Omit<AggregatePlan, 'name'>;
  readonly structure: Omit<AggregateStructure, 'name'>;
  /** whether it is NULL over no events */
  readonly noneIsNull: boolean;
}

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
