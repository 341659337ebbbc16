import type { Join } from '../../plan/relation.ts';
import { groupKey } from '../group-key.ts';
import { columnErrors, type Failures, readable, renamedErrors, valueOr, withErrors } from '../row-errors.ts';
import { emptyRow, type Spend, sizeCost, type Tuple, widthCost, windowOf } from '../tuple.ts';
import { distinct } from '../windows.ts';
import type { Operator, Wanted } from './operator.ts';

/** Pairs of rows of the same window. */
export const join: Operator<Join> = {
  inputs: ({ left, right }) => [left, right],
  evaluate: (relation, [left = [], right = []], spend, failures) => joined(relation, left, right, spend, failures),
  demands: (relation, wanted) => [
    { ...wanted, equals: ofSide(relation, 'left', wanted) },
    { ...wanted, equals: ofSide(relation, 'right', wanted) },
  ],
  finalThrough: (_, inputs) => Math.min(...inputs),
  windows: (_, inputs) => distinct(inputs.flat()),
  hasWindows: (_, inputs) => inputs.includes(true),
  lastEnd: (_, inputs) => Math.max(...inputs),
  awaits: (_, end) => end,
  makesLargerWindows: () => false,
  order: () => [],
};

/**
 * Translates requested values of a join's columns to columns of one side. Values requested of one side also apply to the equal column of the other. This also holds
 * for outer joins: missing rows of a side have NULL in its columns, which is never a requested value.
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

/** Joins rows of the same window; in the order of the left rows, then the right rows without a match. */
function joined(relation: Join, left: readonly Tuple[], right: readonly Tuple[], spend: Spend, failures: Failures): Tuple[] {
  const { type, on, condition, columns } = relation;
  const width = widthCost(columns.length);
  const candidates = new Map<string, Tuple[]>();
  for (const tuple of right) {
    const name = nameOf(tuple, 'right', on, failures);
    if (name === undefined) continue;
    spend(sizeCost(name));
    const known = candidates.get(name);
    if (known) known.push(tuple);
    else candidates.set(name, [tuple]);
  }
  const met = new Set<Tuple>();
  const pairs: Tuple[] = [];
  for (const tuple of left) {
    const name = nameOf(tuple, 'left', on, failures);
    let matched = false;
    const others = (name === undefined ? undefined : candidates.get(name)) ?? [];
    spend(others.length * (1 + width) + sizeCost(name));
    for (const other of others) {
      const pair = paired(relation, tuple, other, tuple.window);
      if (condition && !valueOr(() => condition(readable(pair)), false, failures)) continue;
      matched = true;
      met.add(other);
      pairs.push(pair);
    }
    if (!matched && (type === 'left' || type === 'full')) pairs.push(paired(relation, tuple, undefined, tuple.window));
  }
  if (type === 'left' || type === 'inner') return pairs;
  const alone = right.filter((tuple) => !met.has(tuple));
  return [...pairs, ...alone.map((tuple) => paired(relation, undefined, tuple, tuple.window))];
}

/** `undefined` when a value is NULL, which equals nothing, or cannot be computed. */
function nameOf(tuple: Tuple, side: 'left' | 'right', on: Join['on'], failures: Failures): string | undefined {
  const row = readable(tuple);
  const values = valueOr(() => on.map((pair) => pair[side](row)), [null], failures);
  return values.some((value) => value === null || value === undefined) ? undefined : groupKey([windowOf(tuple), ...values]);
}

function paired({ columns, sources }: Join, left: Tuple | undefined, right: Tuple | undefined, window: Tuple['window']): Tuple {
  const row = emptyRow();
  sources.forEach(({ side, column }, i) => {
    row[columns[i]?.name as string] = (side === 'left' ? left : right)?.row[column] ?? null;
  });
  const errorsOf = (side: 'left' | 'right', tuple: Tuple | undefined): [string, string][] =>
    Object.entries(
      renamedErrors(
        tuple?.errors,
        sources.flatMap((source, i) => (source.side === side ? [[source.column, columns[i]?.name as string] as const] : [])),
      ) ?? {},
    );
  return withErrors(
    row,
    window,
    left?.errors || right?.errors ? columnErrors([...errorsOf('left', left), ...errorsOf('right', right)]) : undefined,
  );
}
