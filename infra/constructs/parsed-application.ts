import { spawnSync } from 'node:child_process';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MillraceError } from '../../lib/core/errors.ts';
import type { Application } from '../../lib/dsl/application.ts';
import { withParsedSql } from '../../lib/dsl/parsed-sql.ts';
import type { ParsedSql } from '../../lib/plan/parsed-sql.ts';

const SELF = fileURLToPath(import.meta.url);
const PARSE = pathToFileURL(join(dirname(SELF), `../../lib/sql/parse${extname(SELF)}`)).href;

const PROGRAM = `
import { text } from 'node:stream/consumers';
import { parseSql } from ${JSON.stringify(PARSE)};
const { sql, name } = JSON.parse(await text(process.stdin));
try {
  console.log(JSON.stringify(await parseSql(sql, name)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}`;

/**
 * An application with parsed SQL. Loading the parser is asynchronous and constructs are not, so it runs in a
 * separate process.
 *
 * @throws MillraceError `definition` with line and column if the SQL is invalid
 */
export function parsedApplication(application: Application): Application {
  const { sql } = application ?? {};
  if (sql === undefined || sql.parsed) return application;
  const input = JSON.stringify({ sql: sql.text, name: sql.name });
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new MillraceError('definition', stderr.trim() || error?.message || `the parser ended with ${status}`);
  return withParsedSql(application, JSON.parse(stdout) as ParsedSql);
}
