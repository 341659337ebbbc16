import type { Node } from '@pgsql/types';
import { bindExpression } from './expression/bind.ts';
import { coerce } from './expression/coerce.ts';
import type { Bound, Scope } from './expression/types.ts';

/** A condition, such as that of WHERE. A quoted one, `'true'`, is read as a boolean. */
export function bindCondition(node: Node, scope: Scope, clause: string): Bound {
  const bound = bindExpression(node, scope);
  if (bound.type !== 'boolean' && bound.type !== 'unknown') {
    return scope.problem(node, `${clause} takes a condition, not a ${bound.type}`, 'write a comparison');
  }
  return coerce(bound, 'boolean', node, scope);
}
