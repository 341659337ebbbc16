import type { Instant } from '../core/instant.ts';
import type { Relation } from './relation.ts';

/** The values of `$1`, `$2`, … and of `now()` in an ad hoc query. */
export interface QuestionValues {
  /** JSON values; a text converts to the type that is needed, like a quoted literal */
  readonly parameters: readonly unknown[];
  readonly now: Instant;
}

/** A bound ad hoc query. */
export interface BoundQuestion {
  /** its columns are those of the answer, in order */
  readonly relation: Relation;
  /** the views it reads, by their names in the application */
  readonly views: readonly string[];
}

/**
 * Binds a SELECT over an application's views.
 *
 * @throws MillraceError `definition` with the position in the text
 */
export type BindQuestion = (text: string, values: QuestionValues) => Promise<BoundQuestion>;
