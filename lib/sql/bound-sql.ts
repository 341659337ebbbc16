import type { KnownStream } from '../dsl/known-stream.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import type { Functions } from './environment.ts';

/** The context in which SQL statements are bound. */
export interface BindOptions {
  /** the name in error positions: the file's name, or `sql` */
  readonly name: string;
  /** streams that exist without CREATE TABLE */
  readonly streams: readonly KnownStream[];
  /** views that exist already */
  readonly views: readonly ViewPlan[];
  readonly functions: Functions;
  /** formats of streams, by the names WITH gives them */
  readonly formats?: Readonly<Record<string, unknown>>;
  /** default retention of results, in milliseconds */
  readonly retention: number;
}

/** What the statements define. */
export interface BoundSql {
  readonly streams: readonly StreamPlan[];
  /** base views, including hidden ones */
  readonly views: readonly ViewPlan[];
  readonly derived: readonly DerivedViewPlan[];
  /** the view of the last statement that defines one */
  readonly main: string;
}
