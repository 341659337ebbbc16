import type { Project } from '../../plan/relation.ts';
import { emptyRow, sizeCost, widthCost } from '../tuple.ts';
import { type ColumnOrder, type Operator, renamed, WITHIN_WINDOWS } from './operator.ts';

/** Columns computed from each row. */
export const project: Operator<Project> = {
  ...WITHIN_WINDOWS,
  evaluate({ columns, values }, [rows = []], spend) {
    const width = widthCost(columns.length);
    return rows.map(({ row, window }) => {
      const projected = emptyRow();
      spend(width);
      values.forEach((evaluateIn, i) => {
        const value = evaluateIn(row) ?? null;
        spend(sizeCost(value));
        projected[columns[i]?.name as string] = value;
      });
      return { row: projected, window };
    });
  },
  demands: ({ columns, fields }, wanted) => [{ ...wanted, equals: renamed(wanted, columns, fields) }],
  order({ columns, fields }, input) {
    const names = columns.map(({ name }) => name);
    // If the source of a column is unknown, the input column of the same name is assumed.
    const from = fields ?? names;
    const outer = input.map(({ column, descending }) => ({ column: names[from.indexOf(column)], descending }));
    return outer.filter((order): order is ColumnOrder[number] => order.column !== undefined);
  },
};
