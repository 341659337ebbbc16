import type { Union } from '../../plan/relation.ts';
import { renamedErrors, withErrors } from '../row-errors.ts';
import { emptyRow, type Tuple, widthCost } from '../tuple.ts';
import { distinct } from '../windows.ts';
import { type Operator, renamed } from './operator.ts';

/** All rows of several relations, with the names of the first one's columns. */
export const union: Operator<Union> = {
  inputs: ({ inputs }) => inputs,
  evaluate({ columns, inputs }, rows, spend) {
    const names = columns.map(({ name }) => name);
    const width = widthCost(names.length);
    return inputs.flatMap((input, at) => {
      const own = input.columns.map(({ name }) => name);
      return (rows[at] ?? []).map(({ row, window, errors }): Tuple => {
        const named = emptyRow();
        spend(width);
        own.forEach((name, i) => {
          named[names[i] as string] = row[name] ?? null;
        });
        return withErrors(
          named,
          window,
          renamedErrors(
            errors,
            own.map((name, i) => [name, names[i] as string]),
          ),
        );
      });
    });
  },
  demands: ({ columns, inputs }, wanted) =>
    inputs.map((input) => {
      const fields = input.columns.map(({ name }) => name);
      return { ...wanted, equals: renamed(wanted, columns, fields) };
    }),
  finalThrough: (_, inputs) => Math.min(...inputs),
  windows: (_, inputs) => distinct(inputs.flat()),
  hasWindows: (_, inputs) => inputs.includes(true),
  lastEnd: (_, inputs) => Math.max(...inputs),
  awaits: (_, end) => end,
  makesLargerWindows: () => false,
  order: () => [],
};
