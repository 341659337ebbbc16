import { nameParts, type PgNode } from './ast.ts';
import type { Functions } from './environment.ts';
import type { Bound, Scope } from './expression/types.ts';
import type { Item } from './query.ts';
import type { Fail } from './refusal.ts';

/** Options for binding an expression over items. */
export interface ScopeOptions {
  readonly items: readonly Item[];
  readonly functions: Functions;
  readonly fail: Fail;
  /** called before names are looked up */
  readonly resolve?: (node: PgNode) => Bound | undefined;
  /** what to do instead of using a window's bounds, if they are not allowed here */
  readonly noWindow?: string;
}

/** A scope for expressions over the items of a FROM clause. */
export function scopeOf({ items, functions, fail, resolve, noWindow }: ScopeOptions): Scope {
  return {
    columns: items.map(({ name, qualifier }) => ({ name, qualifier })),
    functions: functions.scalars,
    problem: fail,
    resolve: (node) => {
      const found = resolve?.(node);
      if (found) return found;
      const item = 'ColumnRef' in node ? itemOf(node, items) : undefined;
      if (item?.role && noWindow !== undefined) return fail(node, `${item.name} cannot be used here`, noWindow);
      // The item's own structure: an alias does not change what a view computes.
      return item?.bound;
    },
  };
}

/** The item of a column reference; `undefined` if there is none, or more than one. */
export function itemOf(node: PgNode, items: readonly Item[]): Item | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const [name, qualifier, ...more] = nameParts(node.ColumnRef.fields).toReversed();
  if (name === undefined || name === '*' || more.length > 0) return undefined;
  const found = items.filter((item) => item.name === name && (qualifier === undefined ? !item.merged : item.qualifier === qualifier));
  return found.length === 1 ? found[0] : undefined;
}

/**
 * The bound of its row's window that an expression is: a column with that bound, or `COALESCE` of both sides of an outer join.
 */
export function roleOf(node: PgNode, items: readonly Item[]): 'start' | 'end' | undefined {
  const item = itemOf(node, items);
  if (item) return item.role;
  if (!('CoalesceExpr' in node)) return undefined;
  const parts = (node.CoalesceExpr.args ?? []).map((argument) => itemOf(argument, items));
  const roles = new Set(parts.map((part) => part?.role ?? part?.outerRole));
  // One side of an outer join is always present, so both together are never NULL.
  const whole = new Set(parts.map((part) => part?.qualifier)).size > 1;
  return roles.size === 1 && (whole || parts.some((part) => part?.role)) ? [...roles][0] : undefined;
}
