import type { Instant } from '../../core/instant.ts';
import type { Window } from '../../core/window.ts';
import type { Narrowing, Relation } from '../../plan/relation.ts';
import type { Failures } from '../row-errors.ts';
import type { Spend, Tuple } from '../tuple.ts';

/**
 * Windows that end at or after `from` and start at or before `to`; infinite where there is no bound. `from` may be after `to`: then
 * they are the windows that span both.
 */
export interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** Everything, whatever its window. */
export const EVERYTHING: Range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** The rows requested of a relation: of some windows, with some values in some columns. Other rows may be returned too. */
export type Wanted = Range & Pick<Narrowing, 'equals'>;

/** Rows with any values. */
export const ANY: Wanted['equals'] = new Map();

/** Columns to sort by, the first one first. */
export type ColumnOrder = readonly { readonly column: string; readonly descending: boolean }[];

/** Windows in which there can be rows; `undefined` stands for rows without a window. */
export type Windows = readonly (Window | undefined)[];

/**
 * A relational operator: all properties of one kind of relation. Each is derived from the properties of
 * its inputs, in the order of `inputs`.
 */
export interface Operator<R extends Relation> {
  readonly inputs: (relation: R) => readonly Relation[];
  /**
   * @param rows of the inputs
   * @param failures what becomes of an error that one of them causes
   */
  readonly evaluate: (relation: R, rows: readonly (readonly Tuple[])[], spend: Spend, failures: Failures) => readonly Tuple[];
  /** the demand on each input for a demand on the relation */
  readonly demands: (relation: R, wanted: Wanted) => readonly Wanted[];
  /** up to which end its windows are final, by those of the inputs */
  readonly finalThrough: (relation: R, inputs: readonly Instant[]) => Instant;
  /** the windows it can have rows in */
  readonly windows: (relation: R, inputs: readonly Windows[]) => Windows;
  /** whether its rows belong to windows */
  readonly hasWindows: (relation: R, inputs: readonly boolean[]) => boolean;
  /** the end of its last window, by those of the inputs */
  readonly lastEnd: (relation: R, inputs: readonly Instant[]) => Instant;
  /** up to which end its inputs must be final, so that it is final up to an end; `undefined`: its rows are never final */
  readonly awaits: (relation: R, end: Instant) => Instant | undefined;
  /** whether a window of it can hold several of an input */
  readonly makesLargerWindows: (relation: R) => boolean;
  /** the default order of its rows */
  readonly order: (relation: R, input: ColumnOrder) => ColumnOrder;
}

/** The properties of operators whose rows are of the windows of their only input. */
export const WITHIN_WINDOWS = {
  inputs: ({ input }: { readonly input: Relation }) => [input],
  demands: (_: unknown, wanted: Wanted) => [wanted],
  finalThrough: (_: unknown, [input]: readonly Instant[]) => input as Instant,
  windows: (_: unknown, [input]: readonly Windows[]) => input as Windows,
  hasWindows: (_: unknown, [input]: readonly boolean[]) => input as boolean,
  lastEnd: (_: unknown, [input]: readonly Instant[]) => input as Instant,
  awaits: (_: unknown, end: Instant) => end,
  makesLargerWindows: () => false,
  order: (_: unknown, input: ColumnOrder) => input,
};

/** Translates values of output columns to the input columns that they are taken from. */
export function renamed(
  { equals }: Wanted,
  columns: readonly { readonly name: string }[],
  fields: readonly (string | undefined)[] | undefined,
): Wanted['equals'] {
  if (equals.size === 0 || fields === undefined) return ANY;
  const inner = new Map<string, readonly unknown[]>();
  columns.forEach(({ name }, i) => {
    const [values, field] = [equals.get(name), fields[i]];
    if (values && field !== undefined) inner.set(field, values);
  });
  return inner;
}
