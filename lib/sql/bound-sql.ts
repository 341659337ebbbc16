import type { KnownStream } from '../dsl/known-stream.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import type { DerivedViewPlan } from '../plan/relation.ts';
import type { Functions } from './environment.ts';

/** What SQL statements are bound with. */
export interface BindOptions {
  /** what positions are told with: the file's name, or `sql` */
  readonly name: string;
  /** streams that are there without CREATE TABLE */
  readonly streams: readonly KnownStream[];
  /** views that are there already */
  readonly views: readonly ViewPlan[];
  readonly functions: Functions;
  /** milliseconds results are kept when a view does not say */
  readonly retention: number;
}

/** What the statements make. */
export interface BoundSql {
  readonly streams: readonly StreamPlan[];
  /** base views, hidden ones among them */
  readonly views: readonly ViewPlan[];
  readonly derived: readonly DerivedViewPlan[];
  /** the view of the last statement that makes one */
  readonly main: string;
}
