import type { PgNode } from '../ast.ts';
import { attempt, constant, valueIn } from './constant.ts';
import { castFunction } from './conversions.ts';
import type { Bound, Scope, SqlType } from './types.ts';

/**
 * Converts an expression to a type implicitly, where SQL allows it: a quoted literal to the type that is needed, bigint to double
 * precision, and timestamp to timestamptz in UTC. Everything else needs a cast.
 *
 * @param node the expression's, for the error
 */
export function coerce(bound: Bound, type: SqlType, node: PgNode, scope: Scope): Bound {
  if (bound.type === type) return bound;
  if (bound.type === 'unknown') return literalAs(bound, type, node, scope);
  if (!isImplicit(bound.type, type)) {
    const hint = castFunction(bound.type, type) ? `write CAST(… AS ${type})` : undefined;
    return scope.problem(node, `expected ${type}, got ${bound.type}`, hint);
  }
  return widen(bound, type);
}

/** Whether values of a type convert implicitly to another type. */
export function isImplicit(from: SqlType, to: SqlType): boolean {
  return (from === 'bigint' && to === 'double precision') || (from === 'timestamp' && to === 'timestamptz');
}

/** A quoted literal or NULL as a value of a type, parsed when it is bound. */
export function literalAs(bound: Bound, type: SqlType, node: PgNode, scope: Scope): Bound {
  const text = valueIn(bound);
  if (text === null || type === 'unknown' || type === 'text') return constant(type, text);
  const read = castFunction('text', type) as (value: unknown) => unknown;
  return constant(
    type,
    attempt(scope, node, () => read(text)),
  );
}

function widen(bound: Bound, type: SqlType): Bound {
  if (bound.constant) return constant(type, type === 'double precision' ? Number(valueIn(bound)) : valueIn(bound));
  const { evaluate, structure, nullable } = bound;
  if (type !== 'double precision') return { ...bound, type };
  return {
    type,
    nullable,
    structure: `(${structure})::${type}`,
    evaluate: (row) => {
      const value = evaluate(row);
      return typeof value === 'bigint' ? Number(value) : value;
    },
  };
}

/**
 * The common type of several expressions, which the arms of CASE and the arguments of COALESCE need.
 *
 * @param what names the construct in the error
 * @returns text if all are quoted literals
 */
function commonType(bounds: readonly Bound[], nodes: readonly PgNode[], what: string, scope: Scope): SqlType {
  let common: SqlType = 'unknown';
  for (const [index, { type }] of bounds.entries()) {
    if (common === 'unknown' || isImplicit(common, type)) common = type;
    else if (type !== 'unknown' && type !== common && !isImplicit(type, common)) {
      return scope.problem(
        nodes[index] as PgNode,
        `${what} types ${common} and ${type} cannot be matched`,
        'cast one of them to the type of the other',
      );
    }
  }
  return common === 'unknown' ? 'text' : common;
}

/** Several expressions converted to their common type. */
export function unify(bounds: readonly Bound[], nodes: readonly PgNode[], what: string, scope: Scope): { type: SqlType; parts: Bound[] } {
  const type = commonType(bounds, nodes, what, scope);
  return { type, parts: bounds.map((bound, index) => coerce(bound, type, nodes[index] as PgNode, scope)) };
}
