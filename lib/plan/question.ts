import type { Instant } from '../core/instant.ts';
import type { Relation } from './relation.ts';

/** What stands for `$1`, `$2`, … and for `now()` in a question. */
export interface QuestionValues {
  /** JSON values; a text becomes what it is needed as, like a quoted literal */
  readonly parameters: readonly unknown[];
  readonly now: Instant;
}

/** A SELECT that is asked once, bound. */
export interface BoundQuestion {
  /** its columns are the answer's, in order */
  readonly relation: Relation;
  /** the views it names, as they are called in the application */
  readonly views: readonly string[];
}

/**
 * Binds a SELECT over an application's views.
 *
 * @throws MillraceError `definition` with its place in the text
 */
export type BindQuestion = (text: string, values: QuestionValues) => Promise<BoundQuestion>;
