import { formatPlainJson } from '../core/json.ts';

/**
 * Text that cannot steer a terminal or begin a line: control and format characters come as escapes. What users sent is shown to whoever
 * runs the command.
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
 * The same of a text of several lines.
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
 * A value as a line of JSON, in which the same characters are escapes. Whoever reads it gets the value: within a string an escape is the
 * character, and elsewhere JSON has none of them.
 */
export function printableJson(value: unknown): string {
  return `${printable(formatPlainJson(value))}\n`;
}
