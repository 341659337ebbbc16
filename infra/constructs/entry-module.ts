import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSchemaFile } from '../../lib/compile/load-schema-files.ts';
import type { Application } from '../../lib/dsl/application.ts';
import { schemaFiles, schemaKey } from '../../lib/dsl/schema-files.ts';
import type { GeneratedFiles } from './generated-files.ts';

/** In the repository this file is `.ts` and so is the library; in the package both are `.js`. */
const SELF = fileURLToPath(import.meta.url);

/**
 * The module that provides the application to the functions: the user's file, or, if there is SQL, a generated one with the parsed SQL.
 *
 * @param entry absolute path of the file whose default export is the application, or of its SQL file
 * @param application the application with parsed SQL
 * @returns absolute path
 */
export function entryModule(entry: string, { sql }: Application, generated: GeneratedFiles): string {
  if (!sql?.parsed) return entry;
  const library = (name: string): string => JSON.stringify(join(dirname(SELF), `../../lib/dsl/${name}${extname(SELF)}`));
  const own =
    extname(entry) === '.sql'
      ? `import { sqlApplication } from ${library('sql-application')};
const application = sqlApplication(${JSON.stringify(basename(entry))}, parsed.text);`
      : `import application from ${JSON.stringify(entry)};`;
  const files = extname(entry) === '.sql' ? schemaFiles(sql.parsed) : [];
  const formats = files.map((file) => {
    const schema = JSON.stringify(readSchemaFile(file, dirname(entry)));
    const made = file.format === 'avro' ? `avro(${schema})` : `protobuf({ schema: ${schema}, message: ${JSON.stringify(file.message)} })`;
    return `${JSON.stringify(schemaKey(file))}: ${made}`;
  });
  // Only the formats that are used: each brings a library.
  const imports = [...new Set(files.map(({ format }) => format))].map(
    (format) => `import { ${format} } from ${library(`../formats/${format}`)};\n`,
  );
  return generated.add(
    'application.mjs',
    `import { withParsedSql } from ${library('parsed-sql')};
import { withSchemaFormats } from ${library('schema-files')};
${imports.join('')}const parsed = JSON.parse(${JSON.stringify(JSON.stringify(sql.parsed))});
${own}
export default withSchemaFormats(withParsedSql(application, parsed), { ${formats.join(', ')} });
`,
  );
}
