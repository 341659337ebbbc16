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
  return text.replace(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
