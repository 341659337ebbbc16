import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compile } from '../lib/compile/compile.ts';
import { loadSchemaFiles } from '../lib/compile/load-schema-files.ts';
import { parseApplication } from '../lib/compile/parse-application.ts';
import { MillraceError } from '../lib/core/errors.ts';
import type { Application } from '../lib/dsl/application.ts';
import { sqlApplication } from '../lib/dsl/sql-application.ts';

/**
 * Loads and checks the file whose default export is an application, or an SQL file.
 *
 * @param file path, relative to the working directory
 * @throws MillraceError `argument` if the file does not exist or cannot be loaded, `definition` if the application is invalid
 */
export async function loadApplication(file: string): Promise<{ application: Application; entry: string }> {
  const entry = resolve(file);
  if (!existsSync(entry)) throw new MillraceError('argument', `there is no file ${file}`);
  const given =
    extname(entry) === '.sql'
      ? await loadSchemaFiles(sqlApplication(file, readFileSync(entry, 'utf8')), dirname(entry))
      : await importDefault(file, entry);
  await compile(given);
  return { application: await parseApplication(given), entry };
}

async function importDefault(file: string, entry: string): Promise<Application> {
  try {
    return ((await import(pathToFileURL(entry).href)) as { default: Application }).default;
  } catch (cause) {
    throw new MillraceError('argument', `${file} cannot be loaded: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
