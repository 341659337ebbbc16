import type { Filter, Narrowing } from '../../plan/relation.ts';
import { readable, valueOr } from '../row-errors.ts';
import { type Operator, type Wanted, WITHIN_WINDOWS } from './operator.ts';

/** The rows for which a predicate holds. Values that the predicate requires narrow what is read. */
export const filter: Operator<Filter> = {
  ...WITHIN_WINDOWS,
  evaluate: ({ predicate }, [rows = []], _, failures) => rows.filter((tuple) => valueOr(() => predicate(readable(tuple)), false, failures)),
  demands: ({ narrows }, wanted) => [narrows ? both(wanted, narrows) : wanted],
};

/** The demand combined with the values that a filter requires. */
function both(wanted: Wanted, narrows: Narrowing): Wanted {
  const equals = new Map<string, readonly unknown[]>(wanted.equals);
  for (const [name, values] of narrows.equals) {
    const known = equals.get(name);
    equals.set(name, known ? known.filter((value) => values.includes(value)) : values);
  }
  return { from: Math.max(wanted.from, narrows.from), to: Math.min(wanted.to, narrows.to), equals };
}
