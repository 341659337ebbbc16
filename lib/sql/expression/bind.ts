import { kindOf, type PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { bindColumn } from './column.ts';
import { bindLiteral } from './literal.ts';
import { bindBoolean, bindNullTest, bindTruthTest } from './logic.ts';
import type { Bound, Scope } from './types.ts';

/**
 * Settles the names and types of an expression.
 *
 * @param node an expression in PostgreSQL's parse tree
 * @param scope what it may name
 * @returns the expression as a function of a row; a predicate holds where it gives `true`, neither `false` nor `null`
 * @throws whatever `scope.problem` throws, at the node that is at fault
 *
 * @example
 * ```ts
 * const bound = bindExpression(node, scope); // price * 2 > 10
 * bound.evaluate({ price: 6 });              // true
 * ```
 */
export function bindExpression(node: PgNode, scope: Scope): Bound {
  const binder: Binder = { scope, bind: (inner) => scope.resolve?.(inner) ?? bindNode(inner, binder) };
  return binder.bind(node);
}

function bindNode(node: PgNode, binder: Binder): Bound {
  const { scope } = binder;
  if ('A_Const' in node) return bindLiteral(node, node.A_Const, scope);
  if ('ColumnRef' in node) return bindColumn(node, node.ColumnRef, scope);
  if ('BoolExpr' in node) return bindBoolean(node, node.BoolExpr, binder);
  if ('NullTest' in node) return bindNullTest(node, node.NullTest, binder);
  if ('BooleanTest' in node) return bindTruthTest(node, node.BooleanTest, binder);
  return scope.problem(node, `${kindOf(node)} is not supported`);
}
