import type { Row } from '../../core/column.ts';
import type { PgNode } from '../ast.ts';
import { valueIn } from './constant.ts';
import type { Bound } from './types.ts';

type Evaluate = Bound['evaluate'];

/**
 * Turns a function of values into a function of rows. The result is NULL if an argument is NULL; the other arguments are still computed, and may fail. There are separate
 * code paths for one to three arguments and for a constant second one, because this runs for every event.
 *
 * @param nulls whether the function handles NULLs itself
 */
export function lift(parts: readonly Bound[], call: (...args: unknown[]) => unknown, nulls = false): Evaluate {
  const evaluates = parts.map((part) => part.evaluate);
  if (nulls) return (row) => call(...evaluates.map((evaluate) => evaluate(row)));
  const [first, second, third] = evaluates as [Evaluate, Evaluate, Evaluate];
  switch (parts.length) {
    case 1:
      return (row) => {
        const a = first(row);
        return a === null ? null : call(a);
      };
    case 2:
      return parts[1]?.constant ? withConstant(first, valueIn(parts[1]), call) : ofTwo(first, second, call);
    case 3:
      return (row) => {
        const a = first(row);
        const b = second(row);
        const c = third(row);
        return a === null || b === null || c === null ? null : call(a, b, c);
      };
    default:
      return (row) => {
        const values = evaluates.map((evaluate) => evaluate(row));
        return values.includes(null) ? null : call(...values);
      };
  }
}

function ofTwo(first: Evaluate, second: Evaluate, call: (...args: unknown[]) => unknown): Evaluate {
  return (row) => {
    const a = first(row);
    const b = second(row);
    return a === null || b === null ? null : call(a, b);
  };
}

function withConstant(first: Evaluate, b: unknown, call: (...args: unknown[]) => unknown): Evaluate {
  if (b === null) return () => null;
  return (row) => {
    const a = first(row);
    return a === null ? null : call(a, b);
  };
}

/** An expression that is used several times per row: it is computed once per row, unless it is a column or a constant. */
export function oncePerRow(bound: Bound, node?: PgNode): Bound {
  if (bound.constant || (node && 'ColumnRef' in node)) return bound;
  let last: Row | undefined;
  let value: unknown;
  return {
    ...bound,
    evaluate: (row) => {
      if (row !== last) {
        value = bound.evaluate(row);
        last = row;
      }
      return value;
    },
  };
}
