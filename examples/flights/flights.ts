import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

/** A flight as a producer sends it. */
export interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

/** Three million US domestic flights of the first half of 2001, in the vega-datasets package (Bureau of Transportation Statistics). */
export const FLIGHTS_FILE = fileURLToPath(new URL('../data/flights-3m.parquet', import.meta.resolve('vega-datasets')));

/** The order in which flights are sent: by scheduled departure; the rest only so that it is the same every time. */
export const FLIGHTS_ORDER = 'date, origin, destination, distance, delay';

/**
 * Reads flights in the order of their scheduled departure.
 *
 * @param options.from the first departure: ISO 8601, UTC; default the first there is
 * @param options.limit how many at most; default all
 * @returns groups of up to 2,048 flights
 */
export async function* readFlights(options: { readonly from?: string; readonly limit?: number } = {}): AsyncGenerator<readonly Flight[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    const result = await connection.stream(
      `SELECT strftime(date, '%Y-%m-%dT%H:%M:%SZ') AS date, delay::INTEGER AS delay, distance::INTEGER AS distance, origin, destination
       FROM read_parquet($file) WHERE date >= $from::TIMESTAMP ORDER BY ${FLIGHTS_ORDER} LIMIT $limit`,
      { file: FLIGHTS_FILE, from: (options.from ?? '2001-01-01').replace(/Z$/, ''), limit: options.limit ?? 3_000_000 },
    );
    for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
      yield chunk.getRowObjects(result.deduplicatedColumnNames()) as unknown as Flight[];
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
