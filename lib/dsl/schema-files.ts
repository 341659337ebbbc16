import type { CreateStmt, Node } from '@pgsql/types';
import type { Format } from '../formats/format.ts';
import type { ParsedSql } from '../plan/parsed-sql.ts';
import type { Application } from './application.ts';

/** A file with a schema that a stream's format goes by: `WITH (format = 'avro', schema_file = 'event.avsc')`. */
export interface SchemaFile {
  readonly format: 'avro' | 'protobuf';
  /** as it is written, from where the SQL is */
  readonly file: string;
  /** of protobuf, the message's full name */
  readonly message: string | undefined;
}

/** What a schema file's format is found by. A colon is in no name that WITH can give. */
export function schemaKey({ format, file, message = '' }: SchemaFile): string {
  return `${format}:${message}:${file}`;
}

/** The schema files that statements name, each once. */
export function schemaFiles({ statements }: ParsedSql): SchemaFile[] {
  const files = statements.flatMap(({ node }) => ('CreateStmt' in node ? (schemaFile(node.CreateStmt) ?? []) : []));
  return [...new Map(files.map((file) => [schemaKey(file), file])).values()];
}

function schemaFile({ options = [] }: CreateStmt): SchemaFile | undefined {
  const given = new Map(options.flatMap((node) => ('DefElem' in node ? [[node.DefElem.defname, textOf(node.DefElem.arg)] as const] : [])));
  const [format, file, message] = [given.get('format'), given.get('schema_file'), given.get('message')];
  return file !== undefined && (format === 'avro' || format === 'protobuf') ? { format, file, message } : undefined;
}

function textOf(node: Node | undefined): string | undefined {
  if (node && 'String' in node) return node.String.sval;
  const last = node && 'TypeName' in node ? node.TypeName.names?.at(-1) : undefined;
  return last && 'String' in last ? last.String.sval : undefined;
}

/** An application with the formats of its SQL's schema files, by {@link schemaKey}. */
export function withSchemaFormats(application: Application, formats: Readonly<Record<string, Format>>): Application {
  const { sql } = application;
  if (sql === undefined || Object.keys(formats).length === 0) return application;
  return Object.freeze({ ...application, sql: Object.freeze({ ...sql, formats: Object.freeze({ ...sql.formats, ...formats }) }) });
}
