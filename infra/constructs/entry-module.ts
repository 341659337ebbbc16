import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Application } from '../../lib/dsl/application.ts';
import type { GeneratedFiles } from './generated-files.ts';

/** In the repository this file is `.ts` and so is the library; in the package both are `.js`. */
const SELF = fileURLToPath(import.meta.url);

/**
 * The module the functions get the application from: the user's own file, or, when there is SQL, one written here that brings it parsed.
 *
 * @param entry absolute path of the file whose default export is the application, or of its file of SQL
 * @param application the application, its SQL parsed
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
  return generated.add(
    'application.mjs',
    `import { withParsedSql } from ${library('parsed-sql')};
const parsed = JSON.parse(${JSON.stringify(JSON.stringify(sql.parsed))});
${own}
export default withParsedSql(application, parsed);
`,
  );
}
