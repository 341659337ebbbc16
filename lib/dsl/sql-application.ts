import { type Application, application } from './application.ts';
import { sql } from './sql.ts';

/**
 * An SQL file as an application, named after the file.
 *
 * @param file the file's path, for error messages; its name without the extension is the application's name
 * @param text the content of the file
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
  // A byte order mark is not part of the statements.
  return application(name === '' ? 'app' : name, { sql: sql(text.replace(/^\uFEFF/, ''), { name: file }) });
}
