import { MillraceError } from '../core/errors.ts';
import { toInstant } from '../core/instant.ts';

/** Where an application starts reading a stream: at the oldest record, at new records, or at an instant (ms). */
export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | { readonly timestamp: number };

/**
 * Reads a starting position.
 *
 * @param text `TRIM_HORIZON`, `LATEST` or an ISO 8601 time
 * @param name what it is the value of, for the error message
 * @throws MillraceError `argument` when it is none of these
 *
 * @example
 * ```ts
 * parseStartingPosition('2026-01-01T00:00:00Z', 'start'); // { timestamp: 1767225600000 }
 * ```
 */
export function parseStartingPosition(text: string, name: string): StartingPosition {
  if (text === 'TRIM_HORIZON' || text === 'LATEST') return text;
  const timestamp = toInstant(text);
  if (timestamp === undefined) {
    throw new MillraceError(
      'argument',
      `${name} is "${text}": write TRIM_HORIZON, LATEST or an ISO 8601 time such as 2026-01-01T00:00:00Z`,
    );
  }
  return { timestamp };
}
