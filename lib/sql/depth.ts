import type { Fail } from './refusal.ts';

/**
 * The maximum nesting of objects and lists in a parse tree. Binding is recursive, with several calls per level, and the
 * stack is finite. A sum of 500 terms fits, and so do 200 nested queries.
 */
const MOST_LEVELS = 1000;

/**
 * Finds where a parse tree is nested too deeply, without recursion.
 *
 * @param offset where the statement starts, for nodes without a position
 * @returns the offset in UTF-8 bytes; `undefined` if the tree is not too deep
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
 * Binds a statement. Queries of WITH that read each other can be deep even if the text is not.
 *
 * @param offset where to report it
 */
export function withinStack<T>(offset: number, fail: Fail, bind: () => T): T {
  try {
    return bind();
  } catch (error) {
    if (error instanceof RangeError && error.message.includes('call stack')) return fail(offset, ...TOO_DEEP);
    throw error;
  }
}

/** The error for a text that is too deep, and what to do. */
export const TOO_DEEP = ['this is nested too deeply', 'split it into several views, or nest fewer queries'] as const;
