/** Whole numbers of 16 digits and more are where doubles begin to round. */
const LONG_NUMBER = /\d{16}/;
const WHOLE = /^-?\d+$/;

/**
 * Reads JSON without rounding: a whole number outside ±(2^53 − 1) is a BigInt.
 *
 * @throws SyntaxError when it is no JSON
 * @example
 * ```ts
 * parseJson('{"id":9007199254740993,"x":1}'); // { id: 9007199254740993n, x: 1 }
 * ```
 */
export function parseJson(text: string): unknown {
  // A reviver makes parsing several times slower, so it is used only if large numbers may occur.
  return LONG_NUMBER.test(text) ? JSON.parse(text, exact) : JSON.parse(text);
}

function exact(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && WHOLE.test(source) ? BigInt(source) : value;
}

/**
 * Writes JSON that {@link parseJson} reads back as it was: a BigInt is a number with all its digits, a double beyond ±(2^53 − 1) one
 * with an exponent.
 *
 * @example
 * ```ts
 * formatJson({ id: 9007199254740993n, x: 1e17 }); // '{"id":9007199254740993,"x":1e+17}'
 * ```
 */
export function formatJson(value: unknown): string {
  try {
    const text = JSON.stringify(value);
    // A replacer makes writing several times slower, so it is used only if large numbers may occur.
    if (!LONG_NUMBER.test(text)) return text;
  } catch {
    // A BigInt, most likely.
  }
  return JSON.stringify(value, raw);
}

function raw(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return rawJson(value.toString());
  const rounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return rounded ? rawJson(value.toExponential()) : value;
}

/**
 * The maximum nesting of a stored value. JSON.parse has no limit; JSON.stringify has one of a few thousand levels that depends on the call stack,
 * and every accepted value must be writable everywhere it is stored, merged and returned.
 */
const MOST_LEVELS = 500;

/**
 * Writes JSON that every reader can parse.
 *
 * @throws TypeError or RangeError for values without JSON: a function, a value that contains itself, one nested more than 500 levels deep
 */
export function storableJson(value: unknown): string {
  // There is no text for a function or a symbol, whatever its type says.
  const text: string | undefined = formatJson(value);
  if (text === undefined) throw new TypeError(`a ${typeof value} is no JSON`);
  refuseDeep(text);
  return text;
}

/** @throws RangeError when a JSON text is nested more than 500 deep */
export function refuseDeep(json: string): void {
  // Each level takes two characters.
  if (json.length > 2 * MOST_LEVELS && levelsOf(json) > MOST_LEVELS)
    throw new RangeError(`a value is nested more than ${MOST_LEVELS} deep`);
}

function levelsOf(json: string): number {
  let levels = 0;
  let most = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (inText) {
      if (unit === QUOTE) inText = false;
      else if (unit === BACKSLASH) i++;
    } else if (unit === QUOTE) inText = true;
    else if (unit === OPEN_BRACKET || unit === OPEN_BRACE) most = Math.max(most, ++levels);
    else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) levels--;
  }
  return most;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [OPEN_BRACKET, CLOSE_BRACKET] = [0x5b, 0x5d];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];

/** Node has it since version 21; TypeScript's library does not know it yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * Writes JSON for readers whose numbers are doubles: a BigInt becomes a text of its digits, `undefined` becomes `null`.
 *
 * @example
 * ```ts
 * formatPlainJson({ total: 9007199254740993n, mean: undefined }); // '{"total":"9007199254740993","mean":null}'
 * ```
 */
export function formatPlainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, element: unknown) => (typeof element === 'bigint' ? element.toString() : (element ?? null)), indent);
}
