import type { Limit } from '../../plan/relation.ts';
import { ANY, EVERYTHING, type Operator, WITHIN_WINDOWS } from './operator.ts';

/** The first rows after an offset. */
export const limit: Operator<Limit> = {
  ...WITHIN_WINDOWS,
  evaluate: ({ offset, count }, [rows = []]) => rows.slice(offset, offset + count),
  // Which rows are the first depends on all of them.
  demands: () => [{ ...EVERYTHING, equals: ANY }],
};
