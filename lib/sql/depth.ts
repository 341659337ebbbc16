import type { Fail } from './refusal.ts';

/**
 * How many objects and lists of a parse tree may be in one another: what binds a statement calls itself, several times a level, and the
 * stack is finite. A sum of 500 terms fits, and 200 queries in one another.
 */
const MOST_LEVELS = 1000;

/**
 * Where a parse tree is nested too deep. Looked for without recursion, which is what it guards.
 *
 * @param offset where the statement begins, for a place that does not say where it is
 * @returns the offset in UTF-8 bytes; `undefined` when it is not
 */
export function tooDeep(statement: object, offset: number): number | undefined {
  const pending: { readonly part: object; readonly level: number; readonly at: number }[] = [{ part: statement, level: 0, at: offset }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { part, level } = next;
    const { location } = part as { readonly location?: number };
    const at = location !== undefined && location >= 0 ? location : next.at;
    if (level > MOST_LEVELS) return at;
    for (const inner of Object.values(part))
      if (typeof inner === 'object' && inner !== null) pending.push({ part: inner, level: level + 1, at });
  }
  return undefined;
}

/**
 * Binds a statement. What names one another in WITH can be deep though nothing in the text is.
 *
 * @param offset where to say so
 */
export function withinStack<T>(offset: number, fail: Fail, bind: () => T): T {
  try {
    return bind();
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) return fail(offset, ...TOO_DEEP);
    throw error;
  }
}

/** What is said of a text, and what to do about it. */
export const TOO_DEEP = ['this is nested too deeply', 'split it into several views, or into fewer queries in one another'] as const;
