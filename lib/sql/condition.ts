import type { Node } from '@pgsql/types';
import { bindExpression } from './expression/bind.ts';
import type { Bound, Scope } from './expression/types.ts';

/** A condition of WHERE or HAVING. */
export function bindCondition(node: Node, scope: Scope, clause: string): Bound {
  const bound = bindExpression(node, scope);
  if (bound.type !== 'boolean' && bound.type !== 'unknown') {
    return scope.problem(node, `${clause} takes a condition, not a ${bound.type}`, 'write a comparison');
  }
  return bound;
}
