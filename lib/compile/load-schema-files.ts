import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MillraceError } from '../core/errors.ts';
import type { Application } from '../dsl/application.ts';
import { type SchemaFile, schemaFiles, schemaKey, withSchemaFormats } from '../dsl/schema-files.ts';
import type { Format } from '../formats/format.ts';
import { parseApplication } from './parse-application.ts';

/**
 * An application of a file of SQL with the formats that its statements name by schema files. The formats' code is loaded when there are any.
 *
 * @param directory where the SQL is: paths of schema files go from there
 * @returns its SQL parsed
 * @throws MillraceError `definition` when a file cannot be read or holds no schema
 */
export async function loadSchemaFiles(application: Application, directory: string): Promise<Application> {
  const parsed = await parseApplication(application);
  const formats: Record<string, Format> = {};
  for (const file of parsed.sql?.parsed ? schemaFiles(parsed.sql.parsed) : []) {
    formats[schemaKey(file)] = await formatOf(file, readSchemaFile(file, directory));
  }
  return withSchemaFormats(parsed, formats);
}

/** @throws MillraceError `definition` when there is no such file */
export function readSchemaFile({ file }: SchemaFile, directory: string): string {
  try {
    return readFileSync(resolve(directory, file), 'utf8');
  } catch (cause) {
    throw new MillraceError('definition', `schema_file '${file}' cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function formatOf({ format, file, message = '' }: SchemaFile, schema: string): Promise<Format> {
  try {
    if (format === 'avro') return (await import('../formats/avro.ts')).avro(schema);
    return (await import('../formats/protobuf.ts')).protobuf({ schema, message });
  } catch (cause) {
    throw new MillraceError('definition', `schema_file '${file}': ${(cause as Error).message}`, { cause });
  }
}
