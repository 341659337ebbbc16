import type { A_Expr } from '@pgsql/types';
import type { PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { unify } from './coerce.ts';
import { bindComparison, equalityOf, type Operand } from './comparison.ts';
import { compose, valueIn } from './constant.ts';
import { oncePerRow } from './lift.ts';
import { and, not, or } from './truth.ts';
import type { Bound } from './types.ts';

/** `x [NOT] IN (…)`; NULL if no item is equal, and an item or x itself is NULL. */
export function bindIn(node: PgNode, left: PgNode, items: readonly PgNode[], negated: boolean, { scope, bind }: Binder): Bound {
  const nodes = [left, ...items];
  const { type, parts } = unify(nodes.map(bind), nodes, 'IN', scope);
  const [subject, ...list] = parts as [Bound, ...Bound[]];
  const structure = `(${subject.structure}${negated ? ' NOT' : ''} IN (${list.map((item) => item.structure).join(', ')}))`;
  const simple = type !== 'interval' && type !== 'jsonb';
  const found = simple && list.every((item) => item.constant) ? inSet(subject, list) : inList(subject, list, equalityOf(type));
  const nullable = parts.some((part) => part.nullable);
  return compose(scope, node, parts, { type: 'boolean', nullable, structure, evaluate: negated ? not(found) : found });
}

function inSet({ evaluate }: Bound, list: readonly Bound[]): Bound['evaluate'] {
  const values = new Set(list.map(valueIn));
  const otherwise = values.delete(null) ? null : false;
  return (row) => {
    const value = evaluate(row);
    return value === null ? null : values.has(value) ? true : otherwise;
  };
}

function inList({ evaluate }: Bound, list: readonly Bound[], equal: (a: unknown, b: unknown) => boolean): Bound['evaluate'] {
  return (row) => {
    const value = evaluate(row);
    let otherwise: false | null = false;
    for (const item of list) {
      const other = item.evaluate(row);
      if (value === null || other === null) otherwise = null;
      else if (equal(value, other)) return true;
    }
    return otherwise;
  };
}

/** `x [NOT] BETWEEN [SYMMETRIC] low AND high`, as two comparisons. */
export function bindBetween(node: PgNode, { kind, lexpr, rexpr }: A_Expr, { scope, bind }: Binder): Bound {
  const [low, high] = rexpr && 'List' in rexpr ? (rexpr.List.items as [PgNode, PgNode]) : scope.problem(node, 'BETWEEN needs two bounds');
  const [x, a, b] = [lexpr as PgNode, low, high].map((each) => ({ bound: oncePerRow(bind(each), each), node: each })) as [
    Operand,
    Operand,
    Operand,
  ];
  const within = (from: Operand, to: Operand): Bound => {
    const parts = [bindComparison('>=', x, from, node, scope), bindComparison('<=', x, to, node, scope)] as const;
    return combine(parts, and, 'AND');
  };
  const symmetric = kind === 'AEXPR_BETWEEN_SYM' || kind === 'AEXPR_NOT_BETWEEN_SYM';
  const holds = symmetric ? combine([within(a, b), within(b, a)], or, 'OR') : within(a, b);
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') return compose(scope, node, [holds], holds);
  return compose(scope, node, [holds], { ...holds, structure: `(NOT ${holds.structure})`, evaluate: not(holds.evaluate) });
}

function combine([a, b]: readonly [Bound, Bound], by: typeof and, word: string): Bound {
  return {
    type: 'boolean',
    nullable: a.nullable || b.nullable,
    structure: `(${a.structure} ${word} ${b.structure})`,
    evaluate: by(a.evaluate, b.evaluate),
    ...(a.constant && b.constant ? { constant: true } : {}),
  };
}
