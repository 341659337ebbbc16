import { MillraceError } from '../core/errors.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { Application } from './application.ts';
import type { SqlDefinition } from './sql.ts';

/**
 * An application whose SQL was parsed at deployment.
 *
 * @throws MillraceError `definition` if its SQL differs from the parsed SQL
 */
export function withParsedSql(application: Application, parsed: ParsedSql): Application {
  const { sql } = application;
  if (sql?.text !== parsed.text) {
    throw new MillraceError(
      'definition',
      `the SQL of application "${application.name}" differs from the SQL at deployment: the text must not depend on where the application runs`,
    );
  }
  const definition: SqlDefinition = Object.freeze({ ...sql, parsed });
  return Object.freeze({ ...application, sql: definition });
}

/** The names of the streams an application reads: its views', and those its SQL declares. The SQL must have been parsed. */
export function streamNames({ views, sql }: Application): string[] {
  const declared = (sql?.parsed?.statements ?? []).flatMap(({ node }) =>
    'CreateStmt' in node ? (node.CreateStmt.relation?.relname ?? []) : [],
  );
  const given = (sql?.streams ?? []).map(({ name }) => name as string);
  return [...new Set([...views.map(({ definition }) => definition.stream.name as string), ...given, ...declared])];
}
