import type { Application } from '../dsl/application.ts';
import { withParsedSql } from '../dsl/parsed-sql.ts';

/**
 * Parses an application's SQL, so that it can be compiled where there is no parser.
 *
 * @returns the application, its SQL parsed; the same one when it has none
 * @throws MillraceError `definition` with line and column
 */
export async function parseApplication(application: Application): Promise<Application> {
  const { sql } = application;
  if (sql === undefined || sql.parsed) return application;
  const { parseSql } = await import('../sql/parse.ts');
  return withParsedSql(application, await parseSql(sql.text, sql.name));
}
