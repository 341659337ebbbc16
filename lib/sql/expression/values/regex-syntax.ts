import { fail } from './failure.ts';

/** Escapes of PostgreSQL that RE2 spells differently. */
const ESCAPES: Readonly<Record<string, string>> = {
  A: '\\A',
  Z: '\\z',
  y: '\\b',
  Y: '\\B',
  e: '\\x1B',
  B: '\\\\',
  w: '[\\pL\\pN_]',
  W: '[^\\pL\\pN_]',
};
/** Escapes with the same meaning in both, inside brackets too. */
const SAME = new Set(['d', 'D', 's', 'S', 'a', 'f', 'n', 'r', 't', 'v']);

/**
 * Translates a regular expression of PostgreSQL (an "ARE") to RE2.
 *
 * @param lines whether negated brackets do not match a newline
 * @throws MillraceError `argument` for syntax that RE2 does not have, or that has another meaning in RE2
 * @see https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function translateRegex(body: string, lines: boolean): string {
  if (body.startsWith('***')) return fail('regular expressions that begin with *** are not supported');
  let source = '';
  let inBrackets = false;
  for (let i = 0; i < body.length; i++) {
    const character = body[i] as string;
    if (character === '\\') {
      const [text, length] = translateEscape(body.slice(i + 1), inBrackets);
      source += text;
      i += length;
    } else if (inBrackets) {
      if (character === '[' && /[:.=]/.test(body[i + 1] ?? '')) {
        const [name] =
          /^\[:[a-z]+:\]/.exec(body.slice(i)) ??
          fail('collating elements and word boundaries in brackets are not supported in regular expressions');
        source += name;
        i += name.length - 1;
      } else {
        inBrackets = character !== ']';
        source += character === '[' ? '\\[' : character;
      }
    } else if (character === '[') {
      inBrackets = true;
      // A bracket in first position is literal.
      const [opening] = /^\[\^?\]?/.exec(body.slice(i)) as RegExpExecArray;
      source += `${opening.startsWith('[^') ? (lines ? '[^\\n' : '[^') : '['}${opening.endsWith(']') ? '\\]' : ''}`;
      i += opening.length - 1;
    } else if (character === '(' && body[i + 1] === '?' && body[i + 2] !== ':') {
      return fail('look-ahead, look-behind and named groups are not supported in regular expressions, which are matched in linear time');
    } else source += character;
  }
  return source;
}

/** Translates an escape, and returns how many characters it has. */
function translateEscape(rest: string, inBrackets: boolean): [text: string, length: number] {
  const character = rest[0] ?? fail('invalid regular expression: it ends with a backslash');
  if (!/[a-zA-Z0-9]/.test(character)) return [`\\${character}`, 1];
  const [whole, hex] = /^(?:x([\da-fA-F]+)|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(rest) ?? [];
  if (whole !== undefined) return [`\\x{${hex ?? whole.slice(1)}}`, whole.length];
  if (SAME.has(character)) return [`\\${character}`, 1];
  if (inBrackets && character === 'w') return ['\\pL\\pN_', 1];
  if (!inBrackets && Object.hasOwn(ESCAPES, character)) return [ESCAPES[character] as string, 1];
  if (inBrackets && (character === 'e' || character === 'B')) return [ESCAPES[character] as string, 1];
  if (character === 'b') return fail('\\b is a backspace in PostgreSQL: write \\y for a word boundary');
  if (/[1-9]/.test(character)) return fail('back references are not supported in regular expressions, which are matched in linear time');
  return fail(`\\${character} is not supported in regular expressions`);
}
