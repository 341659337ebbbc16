/**
 * Where a part of a parse tree starts in the text: the least offset of its nodes, because the node of `a + b` has the offset of its operator.
 *
 * @returns the offset in UTF-8 bytes; `undefined` if no node has one
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
    // In the parser's output, −1 means unknown.
    if (found !== undefined && found >= 0 && (least === undefined || found < least)) least = found;
  }
  return least;
}
