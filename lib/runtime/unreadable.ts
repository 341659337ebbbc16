import { MillraceError } from '../core/errors.ts';

/**
 * Whether an error says that a stored item is not what was written, or is of another form of its view. Unlike an outage, it
 * concerns that view alone.
 */
export function isUnreadable(error: unknown): error is MillraceError {
  return error instanceof MillraceError && (error.code === 'corrupt' || error.code === 'incompatible');
}
