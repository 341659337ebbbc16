import { type Application, application } from './application.ts';
import { sql } from './sql.ts';

/**
 * A file of SQL as an application of its own, named after the file.
 *
 * @param file the file's path: it stands in error messages, and its name, without the extension, is the application's
 * @param text what the file holds
 *
 * @example
 * ```ts
 * const plan = await compile(sqlApplication('shop.sql', text)); // plan.name is 'shop'
 * ```
 */
export function sqlApplication(file: string, text: string): Application {
  const base = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.sql$/i, '');
  const name = base
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, 64);
  // An editor's byte order mark is no part of the statements.
  return application(name === '' ? 'app' : name, { sql: sql(text.replace(/^\uFEFF/, ''), { name: file }) });
}
