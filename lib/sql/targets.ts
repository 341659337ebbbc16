import type { SelectStmt } from '@pgsql/types';
import { nameParts, type PgNode } from './ast.ts';
import type { Item } from './query.ts';
import { type Fail, onlyKnown } from './refusal.ts';

/** An output column as written: an expression, or a column of `*`. */
export interface Target {
  readonly name: string;
  readonly node: PgNode;
  /** the column, if it comes from `*` */
  readonly item?: Item;
  /** the field of the object that the expression returns, for `(f(x)).*` */
  readonly expand?: boolean;
}

/**
 * The output columns of a SELECT, in order, with `*` expanded.
 *
 * @param unnamed names a column that has no name, where names do not matter
 */
export function readTargets(
  { targetList = [] }: SelectStmt,
  items: readonly Item[],
  fail: Fail,
  unnamed?: (i: number) => string | undefined,
): Target[] {
  return targetList.flatMap((node, i): Target[] => {
    if (!('ResTarget' in node) || !node.ResTarget.val) return fail(node, 'this is not an output column');
    const target = node.ResTarget;
    const value = target.val as PgNode;
    onlyKnown(target, ['name', 'val'], { indirection: ['a part of a column', 'name the column with AS'] }, node, fail);
    const star = starOf(value, items, fail);
    if (star) {
      if (target.name !== undefined) fail(node, '* cannot have a name', 'name columns one by one');
      return star.map((item) => ({ name: item.name, node: value, item }));
    }
    if (
      'A_Indirection' in value &&
      value.A_Indirection.indirection?.length === 1 &&
      'A_Star' in (value.A_Indirection.indirection[0] ?? {})
    ) {
      return [{ name: '*', node: value, expand: true }];
    }
    const name = target.name ?? defaultName(value) ?? unnamed?.(i);
    return [{ name: name ?? fail(node, 'an expression in SELECT needs a name', 'write … AS name'), node: value }];
  });
}

function starOf(node: PgNode, items: readonly Item[], fail: Fail): readonly Item[] | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const fields = node.ColumnRef.fields ?? [];
  if (!('A_Star' in (fields.at(-1) ?? {}))) return undefined;
  const [qualifier, ...more] = nameParts(fields.slice(0, -1));
  if (more.length > 0) return fail(node, 'a name has too many parts', 'write table.*');
  if (qualifier === undefined) return items.filter((item) => !item.merged && !item.hidden);
  const found = items.filter((item) => item.qualifier === qualifier && !item.hidden);
  return found.length > 0 ? found : fail(node, `there is no table "${qualifier}" in FROM`);
}

/** The name that PostgreSQL gives an unnamed output column, unless it is only `?column?`. */
export function defaultName(node: PgNode): string | undefined {
  if ('ColumnRef' in node) return nameParts(node.ColumnRef.fields).at(-1);
  if ('FuncCall' in node) return nameParts(node.FuncCall.funcname).at(-1);
  if ('TypeCast' in node && node.TypeCast.arg) return defaultName(node.TypeCast.arg);
  if ('A_Indirection' in node) {
    const last = node.A_Indirection.indirection?.at(-1);
    return last && 'String' in last ? last.String.sval : undefined;
  }
  if ('CoalesceExpr' in node) return 'coalesce';
  if ('MinMaxExpr' in node) return node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest';
  if ('CaseExpr' in node) return 'case';
  return undefined;
}
