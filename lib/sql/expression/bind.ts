import { kindOf, type PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { bindCall } from './call.ts';
import { bindCast } from './cast.ts';
import { refuseColumn } from './column.ts';
import { bindCase, bindCoalesce, bindExtreme } from './conditional.ts';
import { bindField } from './field.ts';
import { CLOCK } from './functions/registry.ts';
import { bindLiteral } from './literal.ts';
import { bindBoolean, bindNullTest, bindTruthTest } from './logic.ts';
import { bindOperator } from './operator.ts';
import type { Bound, Scope } from './types.ts';

/** The names of unsupported nodes, and what to write instead. */
const OTHERS: Readonly<Record<string, readonly [name: string, instead: string]>> = {
  SubLink: ['a sub-query in an expression', 'join with it, or move it into FROM'],
  A_ArrayExpr: ['ARRAY[…]', 'there are no arrays: use IN (…), or jsonb'],
  ArrayExpr: ['ARRAY[…]', 'there are no arrays: use IN (…), or jsonb'],
  RowExpr: ['ROW(…)', 'name its columns one by one'],
  ParamRef: ['a parameter such as $1', 'write the value'],
  CollateClause: ['COLLATE', 'text is ordered by code point'],
  GroupingFunc: ['GROUPING', 'there are no grouping sets'],
  SetToDefault: ['DEFAULT', 'write the value'],
  CurrentOfExpr: ['CURRENT OF', 'there are no cursors'],
  XmlExpr: ['XML', 'use jsonb'],
  JsonIsPredicate: ['IS JSON', "use jsonb_typeof(j) = 'object'"],
};

/**
 * Resolves the names and types of an expression.
 *
 * @param node an expression in PostgreSQL's parse tree
 * @param scope the names it may use
 * @returns the expression as a function of a row; a predicate holds if it returns `true`, not `false` or `null`
 * @throws what `scope.problem` throws, at the erroneous node
 *
 * @example
 * ```ts
 * const bound = bindExpression(node, scope); // price * 2 > 10
 * bound.evaluate({ price: 6 });              // true
 * ```
 */
export function bindExpression(node: PgNode, scope: Scope): Bound {
  const binder: Binder = { scope, bind: (inner) => scope.resolve(inner) ?? bindNode(inner, binder) };
  return binder.bind(node);
}

function bindNode(node: PgNode, binder: Binder): Bound {
  const { scope } = binder;
  if ('A_Const' in node) return bindLiteral(node, node.A_Const, scope);
  if ('ColumnRef' in node) return refuseColumn(node, node.ColumnRef, scope);
  if ('A_Expr' in node) return bindOperator(node, node.A_Expr, binder);
  if ('BoolExpr' in node) return bindBoolean(node, node.BoolExpr, binder);
  if ('NullTest' in node) return bindNullTest(node, node.NullTest, binder);
  if ('BooleanTest' in node) return bindTruthTest(node, node.BooleanTest, binder);
  if ('FuncCall' in node) return bindCall(node, node.FuncCall, binder);
  if ('TypeCast' in node) return bindCast(node, node.TypeCast, binder);
  if ('CaseExpr' in node) return bindCase(node, node.CaseExpr, binder);
  if ('CoalesceExpr' in node) return bindCoalesce(node, node.CoalesceExpr, binder);
  if ('MinMaxExpr' in node) return bindExtreme(node, node.MinMaxExpr, binder);
  if ('A_Indirection' in node) return bindField(node, node.A_Indirection, binder);
  if ('SQLValueFunction' in node) {
    const name = node.SQLValueFunction.op?.replace(/^SVFOP_|_N$/g, '') ?? 'this';
    return scope.problem(node, `${name} is not supported`, /DATE|TIME/.test(name) ? CLOCK : 'there are no users and schemas');
  }
  const kind = kindOf(node);
  const [name, instead] = OTHERS[kind] ?? [kind];
  return scope.problem(node, `${name} is not supported`, instead);
}
