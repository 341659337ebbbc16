import type { Scan } from '../../plan/relation.ts';
import type { Operator } from './operator.ts';

/** A view's rows; their properties are those of the view. */
export const scan: Operator<Scan> = {
  inputs: () => [],
  evaluate: () => [],
  demands: () => [],
  finalThrough: () => Number.NEGATIVE_INFINITY,
  windows: () => [],
  hasWindows: ({ columns }) => columns.some(({ name }) => name === 'window_start'),
  lastEnd: () => Number.NEGATIVE_INFINITY,
  awaits: (_, end) => end,
  makesLargerWindows: () => false,
  order: () => [],
};
