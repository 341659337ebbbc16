import { MOST_TOP } from '../../core/accumulators/approx-top-k.ts';
import { parseDuration } from '../../core/duration.ts';
import type { ConstantParameter } from './aggregate-function.ts';

/** The longest separator of `string_agg`. */
const LONGEST_SEPARATOR = 100;
const DAY = 24 * 60 * 60 * 1000;

export const QUANTILE: ConstantParameter = {
  name: 'a quantile',
  expected: 'from 0 to 1, e.g. 0.95',
  read: (given) => (typeof given === 'number' && given >= 0 && given <= 1 ? given : undefined),
};

export const TOP: ConstantParameter = {
  name: 'k',
  expected: `a whole number from 1 to ${MOST_TOP}`,
  read: (given) => (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= MOST_TOP ? given : undefined),
};

export const SEPARATOR: ConstantParameter = {
  name: 'a separator',
  expected: `a text of at most ${LONGEST_SEPARATOR} characters, e.g. ', '`,
  read: (given) => (typeof given === 'string' && given.length <= LONGEST_SEPARATOR && given.isWellFormed() ? given : undefined),
};

/** Milliseconds, a duration as text, or an interval without months as SQL has it. */
export const HALF_LIFE: ConstantParameter = {
  name: 'a half-life',
  expected: "a duration above zero without months, e.g. '5 minutes'",
  read: (given) => {
    const ms = milliseconds(given);
    return ms !== undefined && ms > 0 && Number.isFinite(ms) ? ms : undefined;
  },
};

function milliseconds(given: unknown): number | undefined {
  if (typeof given === 'object' && given !== null) {
    const { months, days, ms } = given as { months?: unknown; days?: unknown; ms?: unknown };
    return months === 0 && typeof days === 'number' && typeof ms === 'number' ? days * DAY + ms : undefined;
  }
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  try {
    return parseDuration(given);
  } catch {
    return undefined;
  }
}
