import { MillraceError } from '../../core/errors.ts';
import type { PgNode } from '../ast.ts';
import { shortened } from '../structure.ts';
import type { Bound, Scope, SqlType } from './types.ts';
import { formatJson } from './values/json.ts';

/** An expression with a constant value. */
export function constant(type: SqlType, value: unknown): Bound {
  return {
    type,
    nullable: value === null,
    structure: value === null ? `NULL::${type}` : `${formatJson(value)}::${type}`,
    evaluate: () => value,
    constant: true,
  };
}

/** A constant's value. */
export function valueIn(bound: Bound): unknown {
  return bound.evaluate({});
}

/**
 * An expression made of others. If all of them are constant, it is computed at once, so that an error in it is an error of
 * the definition and not of every event.
 */
export function compose(scope: Scope, node: PgNode, parts: readonly Bound[], whole: Omit<Bound, 'constant'>): Bound {
  if (!parts.every((part) => part.constant)) return { ...whole, structure: shortened(whole.structure) };
  const value = attempt(scope, node, () => whole.evaluate({}));
  const folded = constant(whole.type, value);
  return whole.fields ? { ...folded, fields: whole.fields } : folded;
}

/** Computes at binding time what would otherwise fail for every event. */
export function attempt<T>(scope: Scope, node: PgNode, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof MillraceError || error instanceof RangeError || error instanceof TypeError)
      return scope.problem(node, error.message);
    throw error;
  }
}
