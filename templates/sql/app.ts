/** The application for tests and for the deployment; what it does is in __name__.sql. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { application, sql } from 'millrace';

export const file = fileURLToPath(import.meta.resolve('./__name__.sql'));

export default application('__name__', { sql: sql(readFileSync(file, 'utf8'), { name: '__name__.sql' }) });
