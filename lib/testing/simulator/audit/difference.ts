/** Describes the difference of two lists. */
export function difference(told: readonly string[], wanted: readonly string[]): string {
  const missing = wanted.filter((one) => !told.includes(one));
  const extra = told.filter((one) => !wanted.includes(one));
  return `${told.length} of ${wanted.length}; missing: ${missing.join('; ')}; too many: ${extra.join('; ')}`;
}
