import { formatPlainJson } from '../core/json.ts';

/**
 * Escapes control and format characters, so that data from users cannot control the terminal or start a line.
 *
 * @example
 * ```ts
 * printable('\u001b[2J'); // '\\u001b[2J'
 * ```
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, (character) =>
    Array.from({ length: character.length }, (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

/**
 * The same for a text of several lines.
 *
 * @example
 * ```ts
 * printableLines('one\nand \u001b[2J'); // 'one\nand \\u001b[2J'
 * ```
 */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/**
 * A value as a line of JSON, with the same characters escaped. Parsing it returns the same value, because JSON has such characters only
 * within strings, where an escape stands for the character.
 */
export function printableJson(value: unknown): string {
  return `${printable(formatPlainJson(value))}\n`;
}
