import type { PgNode } from '../ast.ts';
import type { Bound, Scope } from './types.ts';

/** What the binders of single nodes need: the scope, and how to bind child nodes. */
export interface Binder {
  readonly scope: Scope;
  readonly bind: (node: PgNode) => Bound;
}
