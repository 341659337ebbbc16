/**
 * Where a part of a parse tree begins in the text: the least offset anything in it has, since `a + b` itself is said to be where its operator is.
 *
 * @returns the offset in UTF-8 bytes; `undefined` when nothing in it says
 *
 * @example
 * ```ts
 * nodeOffset({ ColumnRef: { fields: [{ String: { sval: 'page' } }], location: 7 } }); // 7
 * ```
 */
export function nodeOffset(part: object): number | undefined {
  let least: number | undefined;
  for (const [name, value] of Object.entries(part)) {
    const found = name === 'location' ? (value as number) : typeof value === 'object' && value !== null ? nodeOffset(value) : undefined;
    // −1 is the parser's word for not known.
    if (found !== undefined && found >= 0 && (least === undefined || found < least)) least = found;
  }
  return least;
}
