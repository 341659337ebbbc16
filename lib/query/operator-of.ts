import type { Relation } from '../plan/relation.ts';
import { filter } from './operators/filter.ts';
import { join } from './operators/join.ts';
import { limit } from './operators/limit.ts';
import type { Operator } from './operators/operator.ts';
import { project } from './operators/project.ts';
import { rank } from './operators/rank.ts';
import { regroup } from './operators/regroup.ts';
import { scan } from './operators/scan.ts';
import { sort } from './operators/sort.ts';
import { union } from './operators/union.ts';
import { withWindow } from './operators/with-window.ts';

const OPERATORS: { readonly [R in Relation as R['kind']]: Operator<R> } = {
  scan,
  filter,
  project,
  with_window: withWindow,
  regroup,
  rank,
  join,
  union,
  sort,
  limit,
};

/** The operator that makes a relation. */
export function operatorOf<R extends Relation>({ kind }: R): Operator<R> {
  // One for each kind, by its type; TypeScript does not follow that through the index.
  return OPERATORS[kind] as unknown as Operator<R>;
}
