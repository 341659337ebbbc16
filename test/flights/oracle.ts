import { DuckDBInstance } from '@duckdb/node-api';
import { FLIGHTS_FILE, FLIGHTS_ORDER } from '../../examples/flights/flights.ts';

/** What DuckDB answers over the first flights: rows of plain numbers and texts. Table `flights` has them. */
export async function overFlights(limit: number, sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    await connection.run(`CREATE TABLE flights AS SELECT * FROM read_parquet('${FLIGHTS_FILE}') ORDER BY ${FLIGHTS_ORDER} LIMIT ${limit}`);
    return (await connection.runAndReadAll(sql)).getRowObjects() as Record<string, unknown>[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
