import type { Relation } from '../plan/relation.ts';

/** Columns to sort by, the first one first. */
export type ColumnOrder = readonly { readonly column: string; readonly descending: boolean }[];

/** The order in which people expect a relation's rows: by rank, where they are ranked and the rank is among the columns. */
export function naturalOrder(relation: Relation): ColumnOrder {
  switch (relation.kind) {
    case 'rank':
      return [{ column: relation.as, descending: false }];
    case 'project': {
      const inner = naturalOrder(relation.input);
      const names = relation.columns.map(({ name }) => name);
      // Where it is not known which column is which, one of the same name is taken for the same.
      const fields = relation.fields ?? names;
      const outer = inner.map(({ column, descending }) => ({ column: names[fields.indexOf(column)], descending }));
      return outer.filter((order): order is ColumnOrder[number] => order.column !== undefined);
    }
    case 'filter':
    case 'with_window':
    case 'sort':
    case 'limit':
      return naturalOrder(relation.input);
    default:
      return [];
  }
}
