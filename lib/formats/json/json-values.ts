const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const [OPEN_BRACKET, CLOSE_BRACKET] = [0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];
/** What JSON text sequences put before each value (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;

/**
 * Splits a text into JSON values, on separate lines or without anything between
 * (`{…}{…}`). Invalid JSON extends to the end of its line, so that the following lines are not affected.
 *
 * @param most how many are looked for
 * @returns views of the text, without the space around; not parsed
 *
 * @example
 * ```ts
 * jsonValues(Buffer.from('{"a":1}{"a":2}\n{"a":3'), 10).map(String); // ['{"a":1}', '{"a":2}', '{"a":3']
 * ```
 */
export function jsonValues(text: Uint8Array, most: number): Uint8Array[] {
  const values: Uint8Array[] = [];
  // After a bracket that is never closed, values end with their lines, because repeated searches for its end would take long.
  let byLine = false;
  let lineEnd = -1;
  for (let from = afterSpace(text, 0); from < text.length && values.length < most; ) {
    // Not anew for each value: a million of them may be on one line.
    if (lineEnd < from) lineEnd = endOfLine(text, from);
    const limit = byLine ? lineEnd : text.length;
    let end = closing(text, from, limit);
    if (end === undefined) {
      byLine ||= isOpening(text[from]);
      end = lineEnd;
    }
    values.push(text.subarray(from, trimmedEnd(text, from, end)));
    from = afterSpace(text, end);
  }
  return values;
}

/** Where the object or array ends that begins at a place; `undefined` when it does not, or when none begins there. */
function closing(text: Uint8Array, from: number, limit: number): number | undefined {
  if (!isOpening(text[from])) return undefined;
  let depth = 0;
  let inText = false;
  for (let at = from; at < limit; at++) {
    const byte = text[at];
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
      // No text of JSON goes over lines.
      else if (byte === LINE_FEED) return undefined;
    } else if (byte === QUOTE) inText = true;
    else if (isOpening(byte)) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return undefined;
}

function isOpening(byte: number | undefined): boolean {
  return byte === OPEN_BRACE || byte === OPEN_BRACKET;
}

function endOfLine(text: Uint8Array, from: number): number {
  const end = text.indexOf(LINE_FEED, from);
  return end < 0 ? text.length : end;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09 || byte === RECORD_SEPARATOR;
}

function afterSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text[at])) at++;
  return at;
}

function trimmedEnd(text: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && isSpace(text[at - 1])) at--;
  return at;
}
