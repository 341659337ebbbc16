import { MillraceError } from '../core/errors.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { Application } from './application.ts';
import type { SqlDefinition } from './sql.ts';

/**
 * An application whose SQL was parsed elsewhere: when it was deployed.
 *
 * @throws MillraceError `definition` when its SQL is not the one that was parsed
 */
export function withParsedSql(application: Application, parsed: ParsedSql): Application {
  const { sql } = application;
  if (sql?.text !== parsed.text) {
    throw new MillraceError(
      'definition',
      `application "${application.name}" has other SQL now than when it was deployed: its text must not depend on where the application runs`,
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
