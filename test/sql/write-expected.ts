/** Writes the expected rows of cases that have an oracle: `node test/sql/write-expected.ts [CASE …]`; all of them when none is named. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { oracleRows } from '../support/duckdb-oracle.ts';

const folder = join(import.meta.dirname, 'cases');
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : readdirSync(folder)) {
  const directory = join(folder, name);
  if (!readdirSync(directory).includes('oracle.sql')) continue;
  const rows = await oracleRows(readFileSync(join(directory, 'oracle.sql'), 'utf8'), directory);
  const lines = rows.map((row) => JSON.stringify(row)).sort();
  writeFileSync(join(directory, 'expected.jsonl'), lines.map((line) => `${line}\n`).join(''));
  console.log(`${name}: ${rows.length} rows`);
}
