import { formatInstant } from '../../core/instant.ts';
import type { WithWindow } from '../../plan/relation.ts';
import { emptyRow, widthCost } from '../tuple.ts';
import { type Operator, WITHIN_WINDOWS } from './operator.ts';

/** Rows that say which window they belong to. */
export const withWindow: Operator<WithWindow> = {
  ...WITHIN_WINDOWS,
  evaluate({ columns }, [rows = []], spend) {
    const width = widthCost(columns.length);
    return rows.map((tuple) => {
      const { row, window } = tuple;
      const ends = { window_start: window ? formatInstant(window.start) : null, window_end: window ? formatInstant(window.end) : null };
      spend(width);
      return { ...tuple, row: Object.assign(emptyRow(), row, ends) };
    });
  },
};
