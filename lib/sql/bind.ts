import { MillraceError } from '../core/errors.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { BindOptions, BoundSql } from './bound-sql.ts';
import { Catalog, FollowingMistake } from './catalog.ts';
import { withinStack } from './depth.ts';
import { failIn } from './refusal.ts';
import { SqlSource } from './source.ts';

/**
 * Compiles statements into plans.
 *
 * @returns all streams, existing ones first, and the views, in the order of the statements
 * @throws MillraceError `definition` with file, line and column of the first error in each statement
 */
export function bindSql(parsed: ParsedSql, options: BindOptions): BoundSql {
  const source = new SqlSource(parsed.text, options.name);
  const catalog = new Catalog(source, options);
  const mistakes: MillraceError[] = [];
  for (const [i, statement] of parsed.statements.entries()) {
    try {
      withinStack(statement.offset, failIn(source), () => catalog.add(statement, i === parsed.statements.length - 1));
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'definition') throw error;
      // A statement that reads an erroneous one is usually correct itself.
      if (!(error instanceof FollowingMistake)) mistakes.push(error);
      catalog.addMistaken(statement);
    }
  }
  const [first] = mistakes;
  if (mistakes.length === 1 && first) throw first;
  if (mistakes.length > 1) {
    throw new MillraceError(
      'definition',
      `${options.name} has ${mistakes.length} mistakes:\n${mistakes.map(({ message }) => message).join('\n')}`,
    );
  }
  return catalog.finish();
}
