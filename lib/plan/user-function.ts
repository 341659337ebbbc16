/** Why a value cannot be called for every event; `undefined` if it can. */
export function functionProblem(what: string, fn: unknown): string | undefined {
  if (typeof fn !== 'function') return `${what} must be a function, not ${fn === null ? 'null' : typeof fn}`;
  if (/^Async|Generator/.test(Object.getPrototypeOf(fn)?.constructor?.name ?? '')) {
    return `${what} must be a plain function, not an asynchronous one or a generator: fetch what it needs beforehand, or in the producer`;
  }
  return undefined;
}

/**
 * Wraps a user-defined predicate so that it returns true or false.
 *
 * @returns a function that throws `TypeError` if the predicate returns a promise, which would count as true
 */
export function predicateOf<E>(fn: (event: E) => unknown): (event: E) => boolean {
  return (event) => {
    const holds = fn(event);
    if (typeof holds === 'object' && holds !== null && 'then' in holds)
      throw new TypeError('a filter returned a promise: filters must be synchronous');
    return Boolean(holds);
  };
}
