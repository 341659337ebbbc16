import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Application } from '../../lib/dsl/application.ts';

/** In the repository this file is `.ts` and so is the library; in the package both are `.js`. */
const SELF = fileURLToPath(import.meta.url);

/**
 * The module the functions get the application from: the user's own file, or, when there is SQL, one written here that brings it parsed.
 *
 * @param entry absolute path of the file whose default export is the application, or of its file of SQL
 * @param application the application, its SQL parsed
 * @returns absolute path; of what is written, the same for the same contents, as the digest of a bundle must be
 */
export function entryModule(entry: string, { sql }: Application): string {
  if (!sql?.parsed) return entry;
  const library = (name: string): string => JSON.stringify(join(dirname(SELF), `../../lib/dsl/${name}${extname(SELF)}`));
  const own =
    extname(entry) === '.sql'
      ? `import { sqlApplication } from ${library('sql-application')};
const application = sqlApplication(${JSON.stringify(basename(entry))}, parsed.text);`
      : `import application from ${JSON.stringify(entry)};`;
  const contents = `import { withParsedSql } from ${library('parsed-sql')};
const parsed = JSON.parse(${JSON.stringify(JSON.stringify(sql.parsed))});
${own}
export default withParsedSql(application, parsed);
`;
  const directory = join(tmpdir(), `millrace-${createHash('sha256').update(contents).digest('hex').slice(0, 16)}`);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'application.mjs');
  writeFileSync(file, contents);
  return file;
}
