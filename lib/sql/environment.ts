import type { UserAccumulator } from '../dsl/definition.ts';
import type { UserScalar } from '../plan/user-scalar.ts';
import type { BaseViews } from './base-views.ts';
import type { Query } from './query.ts';
import type { Fail, Place } from './refusal.ts';

/** User-defined functions by their names in SQL. */
export interface Functions {
  readonly scalars: ReadonlyMap<string, UserScalar>;
  readonly aggregates: ReadonlyMap<string, UserAccumulator>;
}

/** The context in which a SELECT is bound. */
export interface Environment {
  readonly fail: Fail;
  readonly functions: Functions;
  /** finds the stream, view or WITH query of a name */
  readonly find: (name: string, place: Place) => Query;
  /** creates base views */
  readonly bases: BaseViews;
  /** whether ORDER BY and LIMIT are allowed: in ad hoc queries, but not in views */
  readonly ordered?: boolean;
  /** names unnamed output columns, if the outer query names them */
  readonly unnamed?: ((i: number) => string | undefined) | undefined;
}

/**
 * The environment of a nested SELECT.
 *
 * @param names the names of its columns in the outer query
 */
export function nested(environment: Environment, names: readonly string[] = []): Environment {
  return { ...environment, ordered: false, unnamed: (i) => names[i] };
}
