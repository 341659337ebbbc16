import type { UserAccumulator } from '../dsl/definition.ts';
import type { UserScalar } from '../plan/user-scalar.ts';
import type { BaseViews } from './base-views.ts';
import type { Query } from './query.ts';
import type { Fail, Place } from './refusal.ts';

/** The user's own functions, by the names SQL calls them. */
export interface Functions {
  readonly scalars: ReadonlyMap<string, UserScalar>;
  readonly aggregates: ReadonlyMap<string, UserAccumulator>;
}

/** What binding a SELECT needs to know of what is around it. */
export interface Environment {
  readonly fail: Fail;
  readonly functions: Functions;
  /** the stream, view or WITH query of a name */
  readonly find: (name: string, place: Place) => Query;
  /** where base views are made */
  readonly bases: BaseViews;
  /** whether rows may be put in order and limited: a query's may, a view's not */
  readonly ordered?: boolean;
  /** names output columns that have no name of their own, where they get one from outside */
  readonly unnamed?: ((i: number) => string | undefined) | undefined;
}

/**
 * The environment of a SELECT inside another one.
 *
 * @param names what its columns are called outside
 */
export function nested(environment: Environment, names: readonly string[] = []): Environment {
  return { ...environment, ordered: false, unnamed: (i) => names[i] };
}
