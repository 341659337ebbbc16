import type { BindOptions, BoundSql } from './bound-sql.ts';
import { Catalog } from './catalog.ts';
import type { ParsedSql } from './parse.ts';
import { SqlSource } from './source.ts';

/**
 * Makes plans of statements.
 *
 * @returns all streams, those that were there first, and the views, in the order of the statements
 * @throws MillraceError `definition` with file, line and column at the first mistake
 */
export function bindSql(parsed: ParsedSql, options: BindOptions): BoundSql {
  const catalog = new Catalog(new SqlSource(parsed.text, options.name), options);
  for (const [i, statement] of parsed.statements.entries()) catalog.add(statement, i === parsed.statements.length - 1);
  return catalog.finish();
}
