import type { Instant } from '../core/instant.ts';
import { windowsOf } from '../core/window.ts';
import type { Join, Narrowing, Regroup, Relation, RowWindows, Scan } from '../plan/relation.ts';

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

/** Rows that are wanted of a relation: of some windows, and with some values in some columns. Others may be given as well. */
export type Wanted = Range & Pick<Narrowing, 'equals'>;

/** Which rows of a view a relation needs. */
export interface Demand extends Range {
  readonly scan: Scan;
  /** values of single columns; rows with others are of no use */
  readonly equals: ReadonlyMap<string, readonly unknown[]>;
}

const ANY: Wanted['equals'] = new Map();

/**
 * Which rows of views a relation needs to be evaluated over a range of its own windows. Filters narrow what is below them: a row that
 * is not read would not have passed.
 *
 * @returns one for each time a view is named
 */
export function demandsOf(relation: Relation, range: Range & Partial<Wanted>): Generator<Demand> {
  return needs(relation, { equals: ANY, ...range });
}

function* needs(relation: Relation, wanted: Wanted): Generator<Demand> {
  switch (relation.kind) {
    case 'scan':
      yield { ...wanted, scan: relation };
      break;
    case 'filter':
      yield* needs(relation.input, relation.narrows ? both(wanted, relation.narrows) : wanted);
      break;
    case 'project':
      yield* needs(relation.input, { ...wanted, equals: renamed(wanted, relation.columns, relation.fields) });
      break;
    case 'regroup':
      yield* needs(relation.input, { ...inputRange(relation.window, wanted), equals: renamed(wanted, relation.key, relation.fields) });
      break;
    case 'join':
      yield* needs(relation.left, { ...wanted, equals: ofSide(relation, 'left', wanted) });
      yield* needs(relation.right, { ...wanted, equals: ofSide(relation, 'right', wanted) });
      break;
    case 'union':
      for (const input of relation.inputs) {
        const fields = input.columns.map(({ name }) => name);
        yield* needs(input, { ...wanted, equals: renamed(wanted, relation.columns, fields) });
      }
      break;
    case 'with_window':
    case 'sort':
      yield* needs(relation.input, wanted);
      break;
    case 'rank':
      // A row's place depends on the others of its window.
      yield* needs(relation.input, { ...wanted, equals: ANY });
      break;
    case 'limit':
      // Which rows are the first depends on all of them.
      yield* needs(relation.input, { ...EVERYTHING, equals: ANY });
  }
}

/** What is wanted and passes a filter too. */
function both(wanted: Wanted, narrows: Narrowing): Wanted {
  const equals = new Map<string, readonly unknown[]>(wanted.equals);
  for (const [name, values] of narrows.equals) {
    const known = equals.get(name);
    equals.set(name, known ? known.filter((value) => values.includes(value)) : values);
  }
  return { from: Math.max(wanted.from, narrows.from), to: Math.min(wanted.to, narrows.to), equals };
}

/** Values of output columns as values of the input's columns that they are. */
function renamed({ equals }: Wanted, columns: readonly { readonly name: string }[], fields: Regroup['fields']): Wanted['equals'] {
  if (equals.size === 0 || fields === undefined) return ANY;
  const inner = new Map<string, readonly unknown[]>();
  columns.forEach(({ name }, i) => {
    const [values, field] = [equals.get(name), fields[i]];
    if (values && field !== undefined) inner.set(field, values);
  });
  return inner;
}

/**
 * Values of a join's columns as values of one side's. What is wanted of one side is wanted of what must equal it on the other. It holds
 * of outer joins as well: rows that a side lacks have NULL in its columns, which is none of the values.
 */
function ofSide({ sources, columns, on }: Join, side: 'left' | 'right', { equals }: Wanted): Wanted['equals'] {
  const all = new Map(equals);
  for (const { columns: pair } of on) {
    if (!pair) continue;
    const [left, right] = pair;
    const values = all.get(left) ?? all.get(right);
    if (values) all.set(side === 'left' ? left : right, all.get(side === 'left' ? left : right) ?? values);
  }
  const inner = new Map<string, readonly unknown[]>();
  sources.forEach((source, i) => {
    const values = all.get(columns[i]?.name as string);
    if (values && source.side === side && !values.includes(null)) inner.set(source.column, values);
  });
  return inner;
}

function inputRange(window: Regroup['window'], range: Range): Range {
  if (window === 'input') return { from: range.from, to: range.to };
  return window === undefined ? EVERYTHING : innerRange(window, range);
}

function innerRange({ spec, ahead }: RowWindows, range: Range): Range {
  const from = Number.isFinite(range.from) ? (windowsOf(spec, range.from - 1)[0]?.start ?? range.from) : range.from;
  const to = Number.isFinite(range.to) ? (windowsOf(spec, range.to).at(-1)?.end ?? range.to) + ahead : range.to;
  return { from, to };
}
