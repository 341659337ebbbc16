import type { A_Expr } from '@pgsql/types';
import { nearest } from '../../plan/nearest.ts';
import { nameParts, type PgNode } from '../ast.ts';
import type { Binder } from './binder.ts';
import { bindComparison, bindDistinct, isComparison, type Operand } from './comparison.ts';
import { bindNullIf } from './conditional.ts';
import { OPERATORS, PREFIX_OPERATORS } from './functions/operators.ts';
import { bindBetween, bindIn } from './membership.ts';
import { applyOverload, chooseOverload } from './overload.ts';
import type { Bound } from './types.ts';

/** Expressions with an operator, as the grammar defines them. */
export function bindOperator(node: PgNode, expression: A_Expr, binder: Binder): Bound {
  const { scope } = binder;
  const { kind, lexpr, rexpr } = expression as { kind: A_Expr['kind']; lexpr?: PgNode; rexpr: PgNode };
  const operator = operatorName(node, expression, binder);
  if (lexpr && 'RowExpr' in lexpr)
    return scope.problem(lexpr, 'rows cannot be compared as a whole', 'compare their columns: a = 1 AND b = 2');
  switch (kind) {
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return bindBetween(node, expression, binder);
    case 'AEXPR_IN':
      return bindIn(node, lexpr as PgNode, 'List' in rexpr ? (rexpr.List.items ?? []) : [rexpr], operator === '<>', binder);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return bindAnyAll(node, operator, kind === 'AEXPR_OP_ALL', lexpr as PgNode, rexpr, binder);
    case 'AEXPR_SIMILAR':
      return scope.problem(node, 'SIMILAR TO is not supported', "use a regular expression: x ~ '^(a|b)$'");
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return bindLike(node, operator, lexpr as PgNode, rexpr, binder);
    default:
  }
  const right = operand(rexpr, binder);
  if (!lexpr) return apply(PREFIX_OPERATORS, operator, [right], node, binder);
  const left = operand(lexpr, binder);
  if (kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') {
    return bindDistinct(kind === 'AEXPR_NOT_DISTINCT', left, right, node, scope);
  }
  if (kind === 'AEXPR_NULLIF') return bindNullIf(left, right, node, scope);
  if (isComparison(operator)) return bindComparison(operator, left, right, node, scope);
  return apply(OPERATORS, operator, [left, right], node, binder);
}

function operand(node: PgNode, { bind }: Binder): Operand {
  return { bound: bind(node), node };
}

function operatorName(node: PgNode, { name }: A_Expr, { scope }: Binder): string {
  const parts = nameParts(name);
  if (parts.length > 1 && parts[0] !== 'pg_catalog') return scope.problem(node, `operator ${parts.join('.')} does not exist`);
  return parts.at(-1) as string;
}

/** A list in `ANY (ARRAY[…])` is one of IN, where the operator says so. */
function bindAnyAll(node: PgNode, operator: string, all: boolean, left: PgNode, right: PgNode, binder: Binder): Bound {
  const fitting = operator === (all ? '<>' : '=');
  if (!fitting || !('A_ArrayExpr' in right)) {
    return binder.scope.problem(
      node,
      `${operator} ${all ? 'ALL' : 'ANY'} is not supported here`,
      'write x IN (1, 2), or comparisons combined with OR or AND',
    );
  }
  return bindIn(node, left, right.A_ArrayExpr.elements ?? [], all, binder);
}

/** LIKE and ILIKE; the grammar wraps the pattern and its ESCAPE in a call. */
function bindLike(node: PgNode, operator: string, left: PgNode, right: PgNode, binder: Binder): Bound {
  const escaped = 'FuncCall' in right && nameParts(right.FuncCall.funcname).at(-1) === 'like_escape' ? right.FuncCall.args : undefined;
  return apply(
    OPERATORS,
    operator,
    [left, ...(escaped ?? [right])].map((each) => operand(each, binder)),
    node,
    binder,
  );
}

function apply(table: typeof OPERATORS, operator: string, operands: readonly Operand[], node: PgNode, { scope }: Binder): Bound {
  const bounds = operands.map(({ bound }) => bound);
  const overloads = Object.hasOwn(table, operator) ? table[operator] : undefined;
  if (!overloads) {
    const near = nearest(operator, [...Object.keys(table), '=', '<>', '<', '<=', '>', '>=']);
    return scope.problem(node, `operator ${operator} is not supported`, near && `did you mean ${near}?`);
  }
  const chosen = chooseOverload(
    overloads,
    bounds.map(({ type }) => type),
  );
  if (!chosen) {
    const said = bounds.map(({ type }) => type);
    const forms = overloads.map(({ args }) => describe(operator, args)).join(', ');
    return scope.problem(node, `operator does not exist: ${describe(operator, said)}`, `there is: ${forms}; cast with CAST(… AS type)`);
  }
  const nodes = operands.map((each) => each.node);
  return applyOverload(chosen, bounds, nodes, node, scope, (parts) => `(${describe(operator, parts)})`);
}

function describe(operator: string, parts: readonly string[]): string {
  return parts.length === 1 ? `${operator} ${parts[0]}` : `${parts[0]} ${operator} ${parts.slice(1).join(' ESCAPE ')}`;
}
