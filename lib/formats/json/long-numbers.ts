/** From this many digits on a whole number can be beyond ±(2^53 − 1), where doubles are rounded. */
const LONG = 16;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Finds the places in a buffer of JSON that may have a number with 16 or more digits in a row. It can find too many (a text can look
 * like one), but never too few. It checks one byte in sixteen, because every such run has a digit there.
 *
 * @returns the places of such digits, one for each run
 */
export function longNumbers(bytes: Uint8Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; at < to; at += LONG) {
    if (!isDigit(bytes[at])) continue;
    let start = at;
    while (start > from && isDigit(bytes[start - 1])) start--;
    let end = at + 1;
    while (end < to && isDigit(bytes[end])) end++;
    if (end - start >= LONG && canBegin(bytes[start - 1])) found.push(start);
    at = Math.max(at, end - LONG);
  }
  return found;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Whether a number can begin after a byte: a colon, a comma, a bracket, a minus, white space, or nothing. */
function canBegin(before: number | undefined): boolean {
  return before === undefined || before <= 0x20 || before === 0x3a || before === 0x2c || before === 0x5b || before === 0x2d;
}
