import type { Project } from '../../plan/relation.ts';
import { columnErrors, readable, withErrors } from '../row-errors.ts';
import { emptyRow, sizeCost, widthCost } from '../tuple.ts';
import { type ColumnOrder, type Operator, renamed, WITHIN_WINDOWS } from './operator.ts';

/** Columns computed from each row. */
export const project: Operator<Project> = {
  ...WITHIN_WINDOWS,
  evaluate({ columns, values }, [rows = []], spend, { reason }) {
    const width = widthCost(columns.length);
    return rows.map((tuple) => {
      const row = readable(tuple);
      const projected = emptyRow();
      const failed: [string, string][] = [];
      spend(width);
      values.forEach((evaluateIn, i) => {
        const name = columns[i]?.name as string;
        let value: unknown = null;
        try {
          value = evaluateIn(row) ?? null;
        } catch (error) {
          failed.push([name, reason(error)]);
        }
        spend(sizeCost(value));
        projected[name] = value;
      });
      return withErrors(projected, tuple.window, columnErrors(failed));
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
