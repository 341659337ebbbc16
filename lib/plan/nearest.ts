/**
 * The name most similar to another one: the one with the smallest edit distance, at most a third of its length.
 *
 * @returns `undefined` if none is near
 * @see Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966
 *
 * @example
 * ```ts
 * nearest('key.pgae', ['key.page', 'limit']); // 'key.page'
 * ```
 */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const given = name.slice(0, 200);
  let best: string | undefined;
  let least = Math.max(2, Math.ceil(given.length / 3)) + 1;
  for (const candidate of names) {
    const distance = editDistance(given.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/**
 * The hint for an unknown name: the nearest known name, or else all names.
 *
 * @param all e.g. `the options are`
 * @example
 * ```ts
 * suggestion('limt', ['limit', 'order'], 'the options are'); // 'did you mean "limit"?'
 * suggestion('x', ['limit', 'order'], 'the options are');    // 'the options are limit, order'
 * ```
 */
export function suggestion(name: string, names: readonly string[], all: string): string {
  const near = nearest(name, names);
  return near === undefined ? `${all} ${names.join(', ')}` : `did you mean "${near}"?`;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
