import type { CaseExpr, CoalesceExpr, MinMaxExpr } from '@pgsql/types';
import type { PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { coerce, unify } from './coerce.ts';
import { bindComparison, comparable, equalityOf, type Operand, orderOf } from './comparison.ts';
import { compose, constant } from './constant.ts';
import { oncePerRow } from './lift.ts';
import type { Bound, Scope } from './types.ts';

/** CASE, in both forms. Only the selected arm is computed. */
export function bindCase(node: PgNode, expression: CaseExpr, { scope, bind }: Binder): Bound {
  const subject = expression.arg && { bound: oncePerRow(bind(expression.arg), expression.arg), node: expression.arg };
  const arms = (expression.args ?? []).map((arm) => {
    if (!('CaseWhen' in arm)) return scope.problem(arm, 'CASE needs WHEN … THEN …');
    const { expr, result } = arm.CaseWhen as { expr: PgNode; result: PgNode };
    const when = bind(expr);
    const condition = subject
      ? bindComparison('=', subject, { bound: when, node: expr }, expr, scope)
      : coerce(when, 'boolean', expr, scope);
    return { condition, result };
  });
  const otherwise = expression.defresult;
  const nodes = [...arms.map(({ result }) => result), ...(otherwise ? [otherwise] : [])];
  const { type, parts } = unify(nodes.map(bind), nodes, 'CASE', scope);
  const last = otherwise ? (parts.at(-1) as Bound) : constant(type, null);
  const conditions = arms.map(({ condition }) => condition);
  const words = conditions.map((condition, index) => `WHEN ${condition.structure} THEN ${parts[index]?.structure}`);
  return compose(scope, node, [...conditions, ...parts], {
    type,
    nullable: last.nullable || parts.some((part) => part.nullable),
    structure: `(CASE ${words.join(' ')} ELSE ${last.structure} END)`,
    evaluate: firstArm(conditions, parts, last),
  });
}

function firstArm(conditions: readonly Bound[], results: readonly Bound[], otherwise: Bound): Bound['evaluate'] {
  const arms = conditions.map(({ evaluate }, index) => ({ holds: evaluate, result: (results[index] as Bound).evaluate }));
  const last = otherwise.evaluate;
  return (row) => {
    for (const { holds, result } of arms) if (holds(row) === true) return result(row);
    return last(row);
  };
}

/** COALESCE: the first argument that is not NULL. */
export function bindCoalesce(node: PgNode, expression: CoalesceExpr, { scope, bind }: Binder): Bound {
  const nodes = expression.args ?? [];
  const { type, parts } = unify(nodes.map(bind), nodes, 'COALESCE', scope);
  const evaluates = parts.map((part) => part.evaluate);
  return compose(scope, node, parts, {
    type,
    nullable: parts.every((part) => part.nullable),
    structure: `COALESCE(${parts.map((part) => part.structure).join(', ')})`,
    evaluate: (row) => {
      for (const evaluate of evaluates) {
        const value = evaluate(row);
        if (value !== null) return value;
      }
      return null;
    },
  });
}

/** NULLIF: NULL when both are equal, else the first. */
export function bindNullIf(left: Operand, right: Operand, node: PgNode, scope: Scope): Bound {
  const [l, r] = comparable(left, right, '=', node, scope);
  const equal = equalityOf(l.type);
  return compose(scope, node, [l, r], {
    type: l.type,
    nullable: true,
    structure: `NULLIF(${l.structure}, ${r.structure})`,
    evaluate: (row) => {
      const a = l.evaluate(row);
      const b = r.evaluate(row);
      return a !== null && b !== null && equal(a, b) ? null : a;
    },
  });
}

/** GREATEST and LEAST, which ignore NULLs. */
export function bindExtreme(node: PgNode, expression: MinMaxExpr, { scope, bind }: Binder): Bound {
  const nodes = expression.args ?? [];
  const [name, sign] = expression.op === 'IS_LEAST' ? ['LEAST', -1] : ['GREATEST', 1];
  const { type, parts } = unify(nodes.map(bind), nodes, name as string, scope);
  const compare = orderOf(type, node, scope);
  return compose(scope, node, parts, {
    type,
    nullable: parts.every((part) => part.nullable),
    structure: `${name}(${parts.map((part) => part.structure).join(', ')})`,
    evaluate: (row) => {
      let best: unknown = null;
      for (const { evaluate } of parts) {
        const value = evaluate(row);
        if (value !== null && (best === null || compare(value, best) * (sign as number) > 0)) best = value;
      }
      return best;
    },
  });
}
