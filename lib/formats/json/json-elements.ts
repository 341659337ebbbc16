/**
 * The elements of an array as their original text: no number is rounded, and values that can be parsed but not written again
 * (nested thousands of levels deep) keep their text.
 *
 * @param json UTF-8 text of one JSON array
 * @returns views of the text, without the space around
 *
 * @example
 * ```ts
 * elementsOf(Buffer.from('[1.0, {"a":[2]}]')).map(String); // ['1.0', '{"a":[2]}']
 * ```
 */
export function elementsOf(json: Uint8Array): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      if (++depth === 1) start = i + 1;
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      if (--depth === 0) elements.push(trimmed(json, start, i));
    } else if (byte === COMMA && depth === 1) {
      elements.push(trimmed(json, start, i));
      start = i + 1;
    }
  }
  return elements;
}

function trimmed(json: Uint8Array, start: number, end: number): Uint8Array {
  let [from, to] = [start, end];
  while (from < to && isSpace(json[from])) from++;
  while (to > from && isSpace(json[to - 1])) to--;
  return json.subarray(from, to);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const [OPEN_BRACKET, CLOSE_BRACKET] = [0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];
