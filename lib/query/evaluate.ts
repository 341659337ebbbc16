import type { Relation } from '../plan/relation.ts';
import { join } from './join.ts';
import { comparator } from './order.ts';
import { rank } from './rank.ts';
import { regroup } from './regroup.ts';
import { emptyRow, type Tuple } from './tuple.ts';

/**
 * Evaluates a relation over rows that were read. Pure: the same rows give the same result, in the same order.
 *
 * @param rowsOf the rows of a view, in one order every time: all of each window that `scansOf` named
 * @returns rows of the windows asked for, and perhaps of others that were read along with them
 * @throws whatever a user's function in the relation throws
 */
export function evaluate(relation: Relation, rowsOf: (view: string) => readonly Tuple[]): readonly Tuple[] {
  switch (relation.kind) {
    case 'scan':
      return rowsOf(relation.view);
    case 'filter':
      return evaluate(relation.input, rowsOf).filter(({ row }) => relation.predicate(row));
    case 'project': {
      const { columns, values } = relation;
      return evaluate(relation.input, rowsOf).map(({ row, window }) => {
        const projected = emptyRow();
        values.forEach((value, i) => {
          projected[columns[i]?.name as string] = value(row) ?? null;
        });
        return { row: projected, window };
      });
    }
    case 'regroup':
      return regroup(relation, evaluate(relation.input, rowsOf));
    case 'rank':
      return rank(relation, evaluate(relation.input, rowsOf));
    case 'join':
      return join(relation, evaluate(relation.left, rowsOf), evaluate(relation.right, rowsOf));
    case 'union': {
      const names = relation.columns.map(({ name }) => name);
      return relation.inputs.flatMap((input) => {
        const own = input.columns.map(({ name }) => name);
        return evaluate(input, rowsOf).map(({ row, window }) => {
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
      return evaluate(relation.input, rowsOf).toSorted((a, b) => compare(a.row, b.row));
    }
    case 'limit':
      return evaluate(relation.input, rowsOf).slice(relation.offset, relation.offset + relation.count);
  }
}
