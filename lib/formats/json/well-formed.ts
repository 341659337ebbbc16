/**
 * Whether every text in a JSON value, keys included, is well-formed Unicode. A lone surrogate (`"\ud800"`) is allowed by
 * JSON, but has no UTF-8 form: written to a store, it would come back as another text.
 *
 * @param value what `JSON.parse` returned; however deep
 *
 * @example
 * ```ts
 * isWellFormed(JSON.parse('{"a":["\\ud800"]}')); // false
 * ```
 */
export function isWellFormed(value: unknown): boolean {
  // A list instead of recursion: a megabyte of brackets is deeper than the call stack.
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') {
      if (!next.isWellFormed()) return false;
    } else if (Array.isArray(next)) {
      for (const element of next) pending.push(element);
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, member] of Object.entries(next)) {
        if (!key.isWellFormed()) return false;
        pending.push(member);
      }
    }
  }
  return true;
}
