import type { Bound } from './types.ts';

type Evaluate = Bound['evaluate'];

/** The opposite; NULL of NULL. */
export function not(evaluate: Evaluate): Evaluate {
  return (row) => {
    const value = evaluate(row);
    return value === null ? null : !value;
  };
}

/** Both: false when either is, whatever the other. */
export function and(left: Evaluate, right: Evaluate): Evaluate {
  return (row) => {
    const a = left(row);
    if (a === false) return false;
    const b = right(row);
    return b === false ? false : a === null || b === null ? null : true;
  };
}

/** Either: true when one is, whatever the other. */
export function or(left: Evaluate, right: Evaluate): Evaluate {
  return (row) => {
    const a = left(row);
    if (a === true) return true;
    const b = right(row);
    return b === true ? true : a === null || b === null ? null : false;
  };
}
