import type { PgNode } from '../ast.ts';
import type { Bound, Scope } from './types.ts';

/** What the parts of the binding need: the scope, and how to bind the nodes below. */
export interface Binder {
  readonly scope: Scope;
  readonly bind: (node: PgNode) => Bound;
}
