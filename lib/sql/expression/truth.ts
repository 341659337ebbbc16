import type { Bound } from './types.ts';

type Evaluate = Bound['evaluate'];

/** NOT; NULL for NULL. */
export function not(evaluate: Evaluate): Evaluate {
  return (row) => {
    const value = evaluate(row);
    return value === null ? null : !value;
  };
}

/** AND: false if either side is false, whatever the other is. */
export function and(left: Evaluate, right: Evaluate): Evaluate {
  return (row) => {
    const a = left(row);
    if (a === false) return false;
    const b = right(row);
    return b === false ? false : a === null || b === null ? null : true;
  };
}

/** OR: true if either side is true, whatever the other is. */
export function or(left: Evaluate, right: Evaluate): Evaluate {
  return (row) => {
    const a = left(row);
    if (a === true) return true;
    const b = right(row);
    return b === true ? true : a === null || b === null ? null : false;
  };
}
