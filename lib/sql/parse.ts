import { MillraceError } from '../core/errors.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import { TOO_DEEP, tooDeep } from './depth.ts';
import { blankFlink } from './flink.ts';
import { SqlSource } from './source.ts';

/**
 * Parses SQL with PostgreSQL's own grammar (libpg_query), extended by Flink's window syntax.
 *
 * @param text statements, each followed by `;`
 * @param name the name in error positions, e.g. the file's name
 * @throws MillraceError `definition` with file, line and column if it is not valid SQL
 *
 * @example
 * ```ts
 * const { statements } = await parseSql('SELECT page FROM clicks', 'app.sql');
 * ```
 */
export async function parseSql(text: string, name: string): Promise<ParsedSql> {
  const source = new SqlSource(text, name);
  const nul = text.indexOf('\0');
  if (nul >= 0) throw source.error(nul, 'a NUL character cannot be part of SQL');
  // Imported here and not at the top: deployed functions contain the parsed statements and no parser.
  const { loadModule, parseSync, scanSync } = await import('libpg-query');
  await loadModule();
  if (text.trim() === '') return { text, statements: [] };
  const tokens = attempt(() => scanSync(text).tokens);
  // A text that cannot be scanned cannot be parsed either, and the parser says why.
  const bytes = new TextEncoder().encode(text);
  const blanked = tokens ? new TextDecoder().decode(blankFlink(bytes, tokens)) : text;
  const written = tokens?.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT')) ?? [];
  try {
    const { stmts = [] } = parseSync(blanked);
    const statements = stmts.flatMap(({ stmt, stmt_location = 0 }) => {
      const first = written.find(({ start }) => start >= stmt_location);
      return stmt ? [{ node: stmt, offset: first?.start ?? stmt_location }] : [];
    });
    for (const { node, offset } of statements) {
      const deep = tooDeep(node, offset);
      if (deep !== undefined) throw nestedTooDeep(source, source.fromBytes(deep));
    }
    return { text, statements };
  } catch (error) {
    if (error instanceof MillraceError) throw error;
    // The parser builds its result recursively too.
    throw error instanceof RangeError ? nestedTooDeep(source, 0, error) : syntaxError(source, error);
  }
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function nestedTooDeep(source: SqlSource, at: number, cause?: unknown): MillraceError {
  return source.error(at, ...TOO_DEEP, cause);
}

function syntaxError(source: SqlSource, error: unknown): Error {
  const { sqlDetails } = error as { sqlDetails?: { cursorPosition?: number } };
  const message = error instanceof Error ? error.message : String(error);
  const position = sqlDetails?.cursorPosition ?? -1;
  const at = position < 0 ? 0 : source.fromCharacters(position);
  return source.error(at, message, hintFor(message, source.text, at), error);
}

/** The hint that most likely helps. */
function hintFor(message: string, text: string, at: number): string {
  if (message.startsWith('unterminated quoted string')) return "close the text with ', and write a ' inside it twice: 'it''s'";
  if (message.startsWith('unterminated quoted identifier')) return 'close the quoted name with "';
  if (message.startsWith('unterminated /* comment')) return 'close the comment with */; nested comments need their own';
  if (/at end of input/.test(message)) return 'something is missing at the end, such as a closing parenthesis or the rest of a clause';
  const word = /^\w+/.exec(text.slice(at))?.[0]?.toUpperCase();
  const before = /(\w+|\S)\s*$/.exec(text.slice(0, at))?.[1]?.toUpperCase();
  if (before === 'EMIT') return 'there is no EMIT: results can be read while a window is open, and are final once it has closed';
  if (before === 'WATERMARK')
    return "there is no WATERMARK clause: write WITH (event_time = 'ts', max_out_of_orderness = '5 seconds') after the columns";
  if (before === ',') return 'remove the extra comma before it';
  if (word === 'CREATE' || word === 'SELECT' || word === 'WITH') return 'separate statements with ;';
  return 'the grammar is that of PostgreSQL 18; write a name that is also a keyword in double quotes';
}
