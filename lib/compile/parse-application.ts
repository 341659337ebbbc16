import type { Application } from '../dsl/application.ts';
import { withParsedSql } from '../dsl/parsed-sql.ts';

/**
 * Parses an application's SQL, so that it can be compiled without a parser.
 *
 * @returns the application with parsed SQL; the same object if it has no SQL
 * @throws MillraceError `definition` with line and column
 */
export async function parseApplication(application: Application): Promise<Application> {
  const { sql } = application;
  if (sql === undefined || sql.parsed) return application;
  const { parseSql } = await import('../sql/parse.ts');
  return withParsedSql(application, await parseSql(sql.text, sql.name));
}
