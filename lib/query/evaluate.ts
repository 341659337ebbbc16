import { formatInstant } from '../core/instant.ts';
import type { Relation } from '../plan/relation.ts';
import { join } from './join.ts';
import { comparator } from './order.ts';
import { rank } from './rank.ts';
import { regroup } from './regroup.ts';
import { emptyRow, type Spend, sizeCost, type Tuple, widthCost } from './tuple.ts';

/**
 * Evaluates a relation over rows that were read. Pure: the same rows give the same result, in the same order.
 *
 * @param rowsOf the rows of a view, in one order every time: all of each window that `scansOf` named
 * @param spend what bounds the work; default nothing
 * @returns rows of the windows asked for, and perhaps of others that were read along with them
 * @throws whatever a user's function in the relation throws
 */
export function evaluate(relation: Relation, rowsOf: (view: string) => readonly Tuple[], spend: Spend = () => {}): readonly Tuple[] {
  const rowsIn = (input: Relation): readonly Tuple[] => {
    const rows = evaluate(input, rowsOf, spend);
    spend(rows.length + 1);
    return rows;
  };
  switch (relation.kind) {
    case 'scan':
      return rowsOf(relation.view);
    case 'filter':
      return rowsIn(relation.input).filter(({ row }) => relation.predicate(row));
    case 'project': {
      const { columns, values } = relation;
      const width = widthCost(columns.length);
      return rowsIn(relation.input).map(({ row, window }) => {
        const projected = emptyRow();
        spend(width);
        values.forEach((evaluateIn, i) => {
          const value = evaluateIn(row) ?? null;
          spend(sizeCost(value));
          projected[columns[i]?.name as string] = value;
        });
        return { row: projected, window };
      });
    }
    case 'with_window': {
      const width = widthCost(relation.columns.length);
      return rowsIn(relation.input).map(({ row, window }) => {
        const ends = { window_start: window ? formatInstant(window.start) : null, window_end: window ? formatInstant(window.end) : null };
        spend(width);
        return { row: Object.assign(emptyRow(), row, ends), window };
      });
    }
    case 'regroup':
      return regroup(relation, rowsIn(relation.input), spend);
    case 'rank':
      return rank(relation, rowsIn(relation.input), spend);
    case 'join':
      return join(relation, rowsIn(relation.left), rowsIn(relation.right), spend);
    case 'union': {
      const names = relation.columns.map(({ name }) => name);
      const width = widthCost(names.length);
      return relation.inputs.flatMap((input) => {
        const own = input.columns.map(({ name }) => name);
        return rowsIn(input).map(({ row, window }) => {
          const renamed = emptyRow();
          spend(width);
          own.forEach((name, i) => {
            renamed[names[i] as string] = row[name] ?? null;
          });
          return { row: renamed, window };
        });
      });
    }
    case 'sort': {
      const compare = comparator(relation.orderBy);
      return rowsIn(relation.input).toSorted((a, b) => compare(a.row, b.row));
    }
    case 'limit':
      return rowsIn(relation.input).slice(relation.offset, relation.offset + relation.count);
  }
}
