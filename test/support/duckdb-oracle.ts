import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Windows as DuckDB can say them; lengths are in milliseconds. `bucket` is the start of the tumbling window an instant falls in, `hops` a list
 * of the starts of hopping ones.
 */
const MACROS = `
SET TimeZone = 'UTC';
CREATE MACRO instant(ms) AS make_timestamptz((ms)::BIGINT * 1000);
CREATE MACRO bucket(ts, size, off := 0) AS instant(floor((epoch_ms(ts) - off)::DOUBLE / size)::BIGINT * size + off);
CREATE MACRO hops(ts, slide, size, off := 0) AS list_transform(
  range((floor((epoch_ms(ts) - off - size)::DOUBLE / slide)::BIGINT + 1) * slide + off, epoch_ms(ts) + 1, slide), ms -> instant(ms));
CREATE MACRO after(ts, ms) AS instant(epoch_ms(ts) + ms);
`;

/**
 * Runs the statements of a case's `oracle.sql` in DuckDB; the rows of the last one are the answer.
 *
 * @param directory where the statements' files are
 */
export async function oracleRows(statements: string, directory: string): Promise<Record<string, unknown>[]> {
  const oracle = await openOracle(`SET file_search_path = '${directory.replaceAll("'", "''")}';`);
  try {
    return await oracle.rows(statements);
  } finally {
    oracle.close();
  }
}

/**
 * A DuckDB that is asked several times.
 *
 * @param setup statements that make its tables
 */
export async function openOracle(setup: string) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`${MACROS} ${setup}`);
  return {
    rows: async (statements: string): Promise<Record<string, unknown>[]> => {
      const reader = await connection.runAndReadAll(statements);
      return reader.getRowObjectsJS().map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** A value as the rows of Millrace hold it: times as ISO 8601 text, whole numbers as numbers while they are safe, else as text. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return Array.isArray(value) ? value.map(plain) : value;
}
