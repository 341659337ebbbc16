import { MillraceError } from '../core/errors.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The maximum number of characters of a line in an error. */
const EXCERPT = 100;

/** A named SQL text, for errors with positions. */
export class SqlSource {
  readonly text: string;
  /** the name in error positions: a file's name, or `sql` */
  readonly name: string;
  readonly #bytes: Uint8Array;

  constructor(text: string, name: string) {
    this.text = text;
    this.name = name;
    this.#bytes = encoder.encode(text);
  }

  /** The offset in UTF-16 units of an offset in UTF-8 bytes, which is how PostgreSQL's parser counts. */
  fromBytes(offset: number): number {
    return decoder.decode(this.#bytes.subarray(0, offset)).length;
  }

  /** The offset in UTF-16 units of an offset in characters, which is how PostgreSQL's parser counts in its errors. */
  fromCharacters(offset: number): number {
    let units = 0;
    let left = offset;
    for (const character of this.text) {
      if (left-- <= 0) break;
      units += character.length;
    }
    return units;
  }

  /**
   * An error at a position: file, line and column, the line with a mark under the position, and how to fix it.
   *
   * @param at offset in UTF-16 units; `undefined`: the start
   *
   * @example
   * ```text
   * app.sql:3:8: there is no column "prise"
   *   3 | SELECT prise FROM bid
   *     |        ^
   *   the columns are bidtime, price, item
   * ```
   */
  error(at: number | undefined, message: string, hint?: string, cause?: unknown): MillraceError {
    const before = this.text.slice(0, at ?? 0);
    const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
    const number = String(before.split(/\r\n|\n|\r/).length);
    const line = [...(/^[^\r\n]*/.exec(this.text.slice(lineStart))?.[0] ?? '')];
    const column = [...before.slice(lineStart)].length;
    const from = Math.max(0, Math.min(column - EXCERPT / 2, line.length - EXCERPT));
    const shown = line.slice(from, from + EXCERPT).join('');
    // Tabs stay tabs, so that the mark is in the right column whatever their width.
    const indent = line
      .slice(from, column)
      .map((character) => (character === '\t' ? '\t' : ' '))
      .join('');
    const lines = [
      `${this.name}:${number}:${column + 1}: ${message}`,
      `  ${number} | ${from > 0 ? '…' : ''}${shown}${from + EXCERPT < line.length ? '…' : ''}`,
      `  ${' '.repeat(number.length)} | ${from > 0 ? ' ' : ''}${indent}^`,
      ...(hint === undefined ? [] : [`  ${hint}`]),
    ];
    const place = { line: Number(number), column: column + 1, said: hint === undefined ? message : `${message}: ${hint}` };
    return new MillraceError('definition', lines.join('\n'), { place, ...(cause === undefined ? {} : { cause }) });
  }
}
