import { formatInstant } from '../core/instant.ts';
import type { Relation } from '../plan/relation.ts';
import { join } from './join.ts';
import { comparator } from './order.ts';
import { rank } from './rank.ts';
import { regroup } from './regroup.ts';
import { emptyRow, type Spend, type Tuple } from './tuple.ts';

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
      return rowsIn(relation.input).map(({ row, window }) => {
        const projected = emptyRow();
        values.forEach((value, i) => {
          projected[columns[i]?.name as string] = value(row) ?? null;
        });
        return { row: projected, window };
      });
    }
    case 'with_window':
      return rowsIn(relation.input).map(({ row, window }) => {
        const ends = { window_start: window ? formatInstant(window.start) : null, window_end: window ? formatInstant(window.end) : null };
        return { row: Object.assign(emptyRow(), row, ends), window };
      });
    case 'regroup':
      return regroup(relation, rowsIn(relation.input), spend);
    case 'rank':
      return rank(relation, rowsIn(relation.input));
    case 'join':
      return join(relation, rowsIn(relation.left), rowsIn(relation.right), spend);
    case 'union': {
      const names = relation.columns.map(({ name }) => name);
      return relation.inputs.flatMap((input) => {
        const own = input.columns.map(({ name }) => name);
        return rowsIn(input).map(({ row, window }) => {
          const renamed = emptyRow();
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
