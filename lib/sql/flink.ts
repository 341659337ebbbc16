/** A token of PostgreSQL's scanner; offsets in UTF-8 bytes. */
export interface SqlToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokenName: string;
}

/** Replaces `PARTITION BY`, with the same length: an operator that PostgreSQL does not have. */
export const PARTITIONED_BY = '@#';
const UNITS = /^(second|minute|hour|day|month|year)s$/i;

/**
 * Blanks out the parts of Flink's window syntax that PostgreSQL's grammar does not have; all other bytes keep their
 * offsets. `TABLE(TUMBLE(TABLE bid, DESCRIPTOR(bidtime), INTERVAL '10' MINUTES))` becomes `TUMBLE(bid, bidtime, INTERVAL '10' MINUTE)`. The
 * columns of PARTITION BY become the right side of an operator: `bid OPERATOR(@#) item`.
 *
 * @param bytes the text in UTF-8; it is not changed
 * @param tokens the text's tokens
 * @returns the text to parse, with the same length
 * @see https://nightlies.apache.org/flink/flink-docs-stable/docs/dev/table/sql/queries/window-tvf/
 */
export function blankFlink(bytes: Uint8Array, tokens: readonly SqlToken[]): Uint8Array {
  const written = tokens.filter(({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT');
  const result = bytes.slice();
  const blank = ({ start, end }: SqlToken): void => {
    result.fill(0x20, start, end);
  };
  const is = (at: number, text: string): boolean => written[at]?.text.toUpperCase() === text;
  for (let i = 0; i < written.length; i++) {
    const token = written[i] as SqlToken;
    if (is(i, 'TABLE') && is(i + 1, '(') && (is(i - 1, 'FROM') || is(i - 1, 'JOIN') || is(i - 1, ','))) {
      const close = closing(written, i + 1);
      if (close === undefined) continue;
      for (const part of [token, written[i + 1], written[close]]) blank(part as SqlToken);
    } else if (is(i, 'TABLE') && (is(i - 1, '(') || is(i - 1, '=>'))) {
      blank(token);
      if (!is(i + 2, 'PARTITION') || !is(i + 3, 'BY')) continue;
      const { start } = written[i + 2] as SqlToken;
      result.fill(0x20, start, (written[i + 3] as SqlToken).end);
      result.set(new TextEncoder().encode(`OPERATOR(${PARTITIONED_BY})`), start);
    } else if (is(i, 'DESCRIPTOR') && is(i + 1, '(')) {
      const close = closing(written, i + 1);
      if (close === undefined) continue;
      for (const part of [token, written[i + 1], written[close]]) blank(part as SqlToken);
    } else if (UNITS.test(token.text) && written[i - 1]?.tokenName === 'SCONST' && is(i - 2, 'INTERVAL')) {
      result.fill(0x20, token.end - 1, token.end);
    }
  }
  return result;
}

/** The token that closes a parenthesis. */
function closing(tokens: readonly SqlToken[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++;
    if (tokens[i]?.text === ')' && --depth === 0) return i;
  }
  return undefined;
}
